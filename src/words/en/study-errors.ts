import type { Issue } from '../../schema/issues';
import { issueWords } from './issue';
import { counted } from './counted';

/** What is wrong with a study, its link, its results or its bundle. */
export const STUDY_ERRORS = {
  'study/other-task': ({ set }: { set: string }) =>
    `The set "${set}" belongs to another task than the study; everything that is compared must be measured on one task. Choose a set of the study's task.`,
  'study/set-missing': ({ set, digest }: { set: string; digest: string }) =>
    `The study trains on "${set}", a set of the library that this browser does not have (its digest is ${digest}). Import the set's file under Trajectories, open a bundle of the study, or leave the set out.`,
  'study/rows-missing': ({ set }: { set: string }) =>
    `The rows of the set "${set}" are missing from the study or damaged. Open a bundle of the study, or start it anew.`,
  'bundle/large': ({ size, limit }: { size: string; limit: string }) =>
    `The bundle has ${size}; the lab opens up to ${limit}.`,
  'bundle/checksum': ({ path }: { path: string }) =>
    `"${path}" in the bundle is damaged: its size or checksum is not the one in its manifest. Make or download the bundle again.`,
  'bundle/twice': ({ path }: { path: string }) => `"${path}" is in the bundle twice.`,
  'bundle/zip': ({ reason }: { reason: string }) =>
    `The bundle is not a zip file, or is damaged (${reason}). Make or download it again.`,
  'bundle/path': ({ path }: { path: string }) =>
    `The bundle holds a file with the path ${path}, which may lead out of its folder. It was not made by the lab.`,
  'bundle/many-files': ({ files, most }: { files: number; most: number }) =>
    `The bundle holds at least ${counted(files, 'file')}; the lab opens up to ${most}.`,
  'bundle/large-file': ({ path, limit }: { path: string; limit: string }) =>
    `"${path}" in the bundle unpacks to more than ${limit}, the limit of a file.`,
  'bundle/large-in-all': ({ limit }: { limit: string }) =>
    `The bundle unpacks to more than ${limit}, the limit. Open a study of fewer cells, or its results.json.`,
  'bundle/no-manifest': ({ manifest }: { manifest: string }) =>
    `The zip file has no ${manifest}: it is not one of the lab’s study bundles.`,
  'bundle/manifest': ({ manifest, ...issue }: { manifest: string } & Issue) =>
    `${manifest}: ${issueWords(issue, 'it')}.`,
  'bundle/version': ({ version, newest }: { version: number; newest: number }) =>
    `The bundle has version ${version}; this lab reads up to ${newest}. Open it with a newer lab.`,
  'bundle/json': ({ path }: { path: string }) =>
    `"${path}" in the bundle is not JSON: it is damaged.`,
  'bundle/file-missing': ({ path }: { path: string }) =>
    `"${path}" is in the bundle's manifest, but not in the bundle.`,
  'bundle/file-unlisted': ({ path }: { path: string }) =>
    `"${path}" is in the bundle, but not in its manifest.`,
  'bundle/no-origin': () => 'The bundle does not say what made it.',
  'bundle/part-missing': ({ path }: { path: string }) => `The bundle has no ${path}.`,
  'bundle/part-refused': ({ path, reason }: { path: string; reason: string }) =>
    `"${path}" in the bundle is refused. ${reason}`,
  'bundle/set-missing': ({ path }: { path: string }) =>
    `The bundle has no "${path}", a set of its study.`,
  'bundle/other-model': ({ has, wanted }: { has: string; wanted: string }) =>
    `it is of a model of ${has}, and the study's is ${wanted}`,
  'bundle/base-refused': ({ path, reason }: { path: string; reason: string }) =>
    `"${path}" in the bundle is refused: ${reason}`,
  'study/json': ({ reason }: { reason: string }) => `The study is not JSON: ${reason}.`,
  'study/no-seed': () => 'The study has no seed; give it one, such as [0].',
  'study/value': (issue: Issue) => `${issueWords(issue, 'the study')}.`,
  'study/unknown-key': ({ key }: { key: string }) =>
    `The study has the unknown key "${key}": it would have no effect. Remove it or correct its name.`,
  'study/no-object': () =>
    'The study is not a JSON object with "version", "run", "sets" and "seeds".',
  'study/version': ({ version, newest }: { version: number; newest: number }) =>
    `The study has version ${version}; this lab reads up to ${newest}. Open it with a newer lab.`,
  'study/twice': ({ what, name }: { what: string; name: string | number }) =>
    `The ${what} ${name} is there twice; cells need names of their own.`,
  'study/sweep-factors': ({ factors }: { factors: string }) =>
    `The learning rates are swept by ${factors}; give two factors or more, each once, such as 0.5,1,2.`,
  'study/sweep-seed': ({ seed }: { seed: number }) =>
    `Seed ${seed} is to choose the learning rates and to judge them too; choose others with --sweep-seeds.`,
  'study/set-name': ({ name }: { name: string }) =>
    `A set is called "${name}"; names of files are made of it, so use a–z, 0–9 and - only.`,
  'study/ambiguous': ({ name }: { name: string }) =>
    `"${name}" is a set and a paradigm of the study; give the set another name.`,
  'study/empty': () => 'The study has neither a set nor a paradigm: there is nothing to run.',
  'study/no-branch': ({ name, known }: { name: string; known: string }) =>
    `There is no branch point "${name}"; the study has: ${known}.`,
  'study/set-unbranched': ({ set, known }: { set: string; known: string }) =>
    `The set "${set}" has no branch point, so RL would start nowhere. Choose one of: ${known}.`,
  'study/branch-late': ({
    branch,
    step,
    set,
    last,
  }: {
    branch: string;
    step: number;
    set: string;
    last: number;
  }) =>
    `The branch point "${branch}" is at SFT step ${step}, but SFT of the set "${set}" ends at step ${last}. Choose a step from 1 to ${last}, or more SFT steps.`,
  'study/sequential': ({ name, known }: { name: string; known: readonly string[] }) =>
    `"${name}" is what the branches of the sets are; as a paradigm choose from: ${known.join(', ')}.`,
  'study/no-budget': () =>
    'run.computeBudget is null, but paradigms are compared at equal compute: set it in FLOPs, such as 1e12.',
  'study/until-compared': ({ until }: { until: string }) =>
    `run.rl.until is "${until}", but paradigms are compared at equal compute, which this would end early: set it to "steps", or take the paradigms out.`,
  'study/further-total': ({ steps, total }: { steps: number; total: number }) =>
    `furtherRl gives a cell ${steps} RL steps at a time, but has ${total} in all: give it ${steps} or more.`,
  'study/further-unbranched': () =>
    'furtherRl is for cells that branch off an SFT run, and the study has no set: add one, or leave furtherRl out.',
  'study/further-schedule': ({ schedule }: { schedule: string }) =>
    `run.rl.schedule is "${schedule}", which ends with the base budget, so that furtherRl would go on at its lowest rate: set it to "constant".`,
  'study/paradigm-set': ({ set, known }: { set: string; known: readonly string[] }) =>
    `The paradigms learn from run.trajectories, "${set}", which is none of the study's sets: there would be nothing to compare with. Choose one of: ${known.join(', ')}.`,
  'study/no-preset': ({ name, known }: { name: string; known: string }) =>
    `There is no study "${name}"; choose one of: ${known}.`,
  'study/results': (issue: Issue) =>
    `The results cannot be read: ${issueWords(issue, 'the file')}.`,
  'study/results-stranger': ({ id }: { id: string }) =>
    `The results have "${id}", which the study's configuration does not have: they belong to another study.`,
  'study/results-twice': ({ id }: { id: string }) =>
    `The results have "${id}" twice: the file was put together by hand or is damaged. Leave one of them out.`,
  'study/results-nonsense': ({
    id,
    what,
    value,
    rule,
  }: {
    id: string;
    what: string;
    value: number;
    rule: string;
  }) =>
    `The results give "${id}" a ${what} of ${value}, and a ${what} ${rule}: the file is damaged or was edited. Take it from where it was made again.`,
  'study/results-checksum': () =>
    'The results are not what their checksum says: the file is damaged or was edited. Take it from where it was made again; if you edited it, remove the entry "checksum".',
  'study/set-line': ({ line, set, reason }: { line: number; set: string; reason: string }) =>
    `Line ${line} of the set "${set}" is refused: ${reason}`,
  'study/other-rows': ({ set, has, wanted }: { set: string; has: string; wanted: string }) =>
    `The rows of the set "${set}" are not those that the study names: their digest is ${has}, and the study asks for ${wanted}. Choose the set again, or get the file that belongs to the study.`,
  'study/recipe': ({
    set,
    rows,
    perLevel,
    size,
    levels,
  }: {
    set: string;
    rows: number;
    perLevel: readonly number[];
    size: number;
    levels: string;
  }) =>
    `The set "${set}" of the library has ${counted(rows, 'trajectory', 'trajectories')}, ${perLevel.join(', ')} of its levels; the study says ${size}, ${levels}. Correct "size" and "levels" of its recipe.`,
  'study/other-folder': ({
    folder,
    differences,
  }: {
    folder: string;
    differences: readonly string[];
  }) =>
    `The folder ${folder} holds another study (${differences.join('; ')}). Choose another folder with --out, or delete this one.`,
};
