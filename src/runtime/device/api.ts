/** What the page and the device worker say to each other. */
import type { BenchReport } from '../../bench/benchmark';
import type { BenchRow } from '../../bench/measure';
import type { SelfTestReport } from '../../engine/gpu-report';

/** What the adapter says of itself. */
export interface AdapterDetails {
  readonly name: string;
  readonly software: boolean;
  /** WebGPU's names, sorted. */
  readonly features: readonly string[];
  readonly limits: Readonly<Record<string, number>>;
}

interface BenchRequest {
  /** Names of workloads. */
  readonly models: readonly string[];
  readonly rounds: number;
  /** Seconds that one engine may take on one model. */
  readonly budget: number;
}

/** News while the worker is at work. */
export type DeviceNews =
  | { readonly type: 'doing'; readonly text: string; readonly fraction: number | null }
  | { readonly type: 'rows'; readonly rows: readonly BenchRow[] };

type DeviceListener = (news: DeviceNews) => void;

/** What the device worker exposes. To cancel, end the worker. Rejections carry a sentence for people. */
export interface DeviceApi {
  /** null where there is no WebGPU adapter. */
  describeAdapter(): Promise<AdapterDetails | null>;
  /** Builds the small reference model on the GPU and compares it with the CPU engine. */
  testGpu(listener: DeviceListener): Promise<SelfTestReport>;
  bench(request: BenchRequest, listener: DeviceListener): Promise<BenchReport>;
}
