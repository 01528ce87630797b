/** What is wrong with a line of a file of predictions. */
import type { Issue } from '../../schema/issues';
import { issueWords } from './issue';

interface Place {
  readonly file: string;
  readonly line: number;
}

export const PREDICTION_ERRORS = {
  'prediction/empty': ({ file }: { file: string }) =>
    `${file} holds no prediction: it is one line of JSON for each.`,
  'prediction/json': ({ file, line }: Place) =>
    `${file}, line ${line}, is not JSON and was left out. Save the prediction again where it was made.`,
  'prediction/shape': ({ file, line, issue }: Place & { issue: Issue }) =>
    `${file}, line ${line}, is not a prediction and was left out: ${issueWords(issue, 'it')}.`,
  'prediction/other': ({ file, line, of, wanted }: Place & { of: string; wanted: string }) =>
    `${file}, line ${line}, predicts ${of} and not ${wanted}; it was left out. Open the link ${of} to see how it fared.`,
};
