/** What is said of a study on a queue: only the terminal has one, so no page loads these sentences. */
import { counted } from './counted';

export const QUEUE_WORDS = {
  noAddress: () =>
    '--queue is empty; it must be embedded, embedded:PORT, redis://HOST or postgres://HOST/DATABASE.',
  badAddress: ({ address }: { address: string }) =>
    `--queue is "${address}"; it must be embedded, embedded:PORT, redis://HOST, rediss://HOST (with TLS) or postgres://HOST/DATABASE.`,
  badPort: ({ port }: { port: string }) =>
    `--queue is "embedded:${port}"; the port must be an integer from 1 to 65535, such as embedded:7420.`,
  noDatabase: ({ address }: { address: string }) =>
    `--queue is "${address}"; it must end with the name of a database, such as postgres://HOST/lab.`,
  badRedisDatabase: ({ database }: { database: string }) =>
    `--queue ends with "/${database}"; a database of Redis is a number from 0, such as redis://HOST/1.`,
  remote: ({ host }: { host: string }) =>
    `--queue names the host "${host}", but the embedded queue asks for no password and is open to this machine alone. Bring its port here with ssh -L 7420:localhost:7420 ${host}, and give embedded:7420.`,
  unreachable: ({ address, reason }: { address: string; reason: string }) =>
    `The queue at ${address} cannot be used: ${reason}. Check the address, and that its server is running.`,
  waitsForQueue: ({ address, reason }: { address: string; reason: string }) =>
    `The queue at ${address} does not answer yet (${reason}); this worker waits for it.`,
  portTaken: ({ port }: { port: number }) =>
    `Port ${port} is in use: another study has its queue there, or another program. Choose another with --queue embedded:PORT, here and for the workers.`,
  noServer: ({ reason }: { reason: string }) =>
    `The embedded queue did not start: ${reason}. The study itself is untouched; start it again.`,
  oldServer: ({ server, version, least }: { server: string; version: string; least: string }) =>
    `The queue's server is ${server} ${version}; it must be ${least} or newer. Update it, or use --queue embedded.`,
  evicts: ({ policy }: { policy: string }) =>
    `This Redis has the maxmemory-policy "${policy}", with which it throws jobs away when its memory is full. Set it to noeviction: redis-cli config set maxmemory-policy noeviction.`,
  forgets: () =>
    'This Redis keeps no append-only file, so a restart of it forgets what is queued; the study sends it again. redis-cli config set appendonly yes keeps it.',
  clock: ({ seconds }: { seconds: number }) =>
    `The clocks of this machine and of the queue's server differ by ${seconds} s, at most 5 s are allowed: jobs that are in good hands would be taken away. Set the clocks, for instance with NTP.`,
  twoProducers: ({ address }: { address: string }) =>
    `Another study hands out its jobs on the queue at ${address}. Wait for its end, or use another database: redis://HOST/1, postgres://HOST/OTHER.`,
  otherStudy: ({ title, jobs }: { title: string; jobs: number }) =>
    `The queue holds ${counted(jobs, 'job')} of another study or of this one before it was changed ("${title}"). Finish that one first, use another database, or throw those jobs away with --clear.`,
  otherVersion: ({ study, own }: { study: string; own: string }) =>
    `The study is run by the lab ${study}, and this worker is ${own}: their numbers may differ. Install the same version on both machines, and start this worker again.`,
  otherEngine: ({ study, own }: { study: string; own: string }) =>
    `The study is to run on the engine "${study}", and this worker was given --engine ${own}. Leave --engine out, or give ${study}.`,
  noFiles: ({ folder }: { folder: string }) =>
    `The job's files are not in ${folder}. Give study and workers the same folder with --files, one that all machines share.`,
  badFiles: ({ folder, reason }: { folder: string; reason: string }) =>
    `The folder ${folder} cannot be written to (${reason}). Choose another with --files, one that all machines share.`,
  stranger: ({ reason }: { reason: string }) =>
    `The queue holds a job that is none of the lab's (${reason}). Use a queue of the lab's own.`,
  damaged: ({ job }: { job: string }) =>
    `What arrived of the job "${job}" is damaged or missing; it is trained again.`,
  vanished: ({ job }: { job: string }) => `the queue lost the job "${job}"`,
  stalled: ({ reason }: { reason: string }) => `its workers were lost (${reason})`,
  silent: ({ address }: { address: string }) =>
    `The queue at ${address} does not answer; the study waits for it.`,
  ready: ({ address, files }: { address: string; files: string }) =>
    `Jobs are handed out on ${address}; files are in ${files}. On each machine: npm run -s lab -- worker --queue ${address}`,
  serves: ({ workers, address }: { workers: number; address: string }) =>
    `${counted(workers, 'worker')} for the queue at ${address}. Ctrl+C hands back what is in progress.`,
  taken: ({ job }: { job: string }) => `${job}: taken`,
  goneOn: ({ job, seconds }: { job: string; seconds: number }) =>
    `${job}: taken, where another worker left it after ${Math.round(seconds)} s`,
  done: ({ job }: { job: string }) => `${job}: done`,
  handedBack: ({ job }: { job: string }) => `${job}: handed back`,
  failed: ({ job, reason }: { job: string; reason: string }) => `${job}: failed. ${reason}`,
  idle: ({ seconds }: { seconds: number }) => `No job for ${seconds} s: this worker ends.`,
  handsBack: () => 'Handing back what is in progress…',
} as const;
