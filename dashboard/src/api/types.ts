/** What the server tells, as docs/dashboard.md has it. */

export type LaneName = "perception" | "interactive" | "background" | "shadow";

export interface Beside {
  as: string;
  stage: string;
  variant: string;
  comparedShare?: number;
  answersShare?: number;
}

export interface StepRuns {
  step: string;
  arm?: string;
  stage: string;
  variant: string;
  beside?: Beside[];
}

export interface Edge {
  from: string;
  to: string;
  tensors: string[];
}

export interface Pipeline {
  name: string;
  summary: string;
  owner: string;
  lane: LaneName;
  deadlineMillis: number;
  maxInFlight: number;
  inputs: { name: string; datatype: string; shape: (number | string)[] }[];
  outputs: string[];
  gates: Record<string, string>;
  steps: StepRuns[];
  edges: Edge[];
  stages: Record<string, string[]>;
}

export interface LaneLive {
  lane: LaneName;
  paused: boolean;
  completed: number;
  dropped: Record<string, number>;
  failed: Record<string, number>;
  skipped: Record<string, number>;
  degraded: number;
  p50Millis?: number;
  p90Millis?: number;
  p99Millis?: number;
  heat: number[];
}

export interface StepLive {
  step: string;
  variant: string;
  perSecond: number;
  waitedMillis?: number;
  ranMillis?: number;
}

export interface PipelineLive {
  name: string;
  perSecond: number;
  inFlight: number;
  maxInFlight: number;
  lanes: LaneLive[];
  steps: StepLive[];
  waiting: Record<string, Partial<Record<LaneName, number>>>;
  edges: { from: string; to: string; perSecond: number }[];
}

export interface NodeLive {
  version: string;
  pid: number;
  upSeconds: number;
  loops: number;
  level: "normal" | "elevated" | "high" | "critical";
  pausedLanes: LaneName[];
  sample: Partial<Record<string, number>>;
  heap: { usedBytes: number; maxBytes: number };
  tensors: { heldBytes: number; peakBytes: number; maxBytes: number };
  variantBytes: Record<string, number>;
  celsius: Record<string, number>;
}

export interface NodeEvent {
  number: number;
  at: string;
  kind: "deploy" | "swap" | "reload" | "shed" | "load" | "rollout" | "flag" | "replay";
  subject: string;
  sentence: string;
}

export interface Snapshot {
  at: string;
  node: NodeLive;
  heatBoundsMillis: number[];
  pipelines: PipelineLive[];
  events: NodeEvent[];
  lastEvent: number;
}

/** A figure; what is no number comes as text, or not at all. */
export type Figure = number | string | undefined;

export interface Gate {
  kpi: string;
  metric: string;
  estimate?: Figure;
  lower?: Figure;
  upper?: Figure;
  limit?: Figure;
  samples: number;
  verdict: string;
}

export interface Look {
  at: string;
  step: string;
  gates: Gate[];
}

export interface PastRollout {
  number: number;
  stable: string;
  candidate: string;
  outcome: string;
  step: string;
  why: string;
  startedAt: string;
  endedAt: string;
}

export type Phase = "NONE" | "PROGRESSING" | "PAUSED" | "WATCHING" | "HEALTHY" | "DEGRADED";

export interface Rollout {
  stage: string;
  phase: Phase;
  sentence: string;
  number?: number;
  stable?: string;
  candidate?: string;
  steps?: string[];
  step?: number;
  verdict?: string;
  why?: string;
  waits?: string;
  trouble?: string;
  stableFrames?: number;
  candidateFrames?: number;
  comparedFrames?: number;
  gates?: Gate[];
  notes?: string[];
  past: PastRollout[];
  evidence?: string[];
  history?: Look[];
}

export interface FrameLine {
  frame?: string;
  pipeline: string;
  at: string;
  lane: LaneName;
  tenant?: string;
  outcome: "completed" | "dropped" | "failed";
  reason?: string;
  totalMillis: number;
  full: boolean;
}

export type Chosen = "declared" | "split" | "cheaper" | "candidate";

export interface ExplainedStep {
  step: string;
  stage: string;
  variant: string;
  /** From when the frame was let in to the begin of the run. */
  startedMillis: number;
  waitedMillis: number;
  ranMillis: number;
  chosen: Chosen;
  costMillis: number;
  batch: number;
  sharedWith?: number[];
}

export interface SkippedStep {
  step: string;
  reason: string;
  flag?: string;
  rule?: string;
}

export interface ReplayOffer {
  offered: boolean;
  why?: string;
  command?: string;
}

export interface Explained extends FrameLine {
  where?: string;
  rule: string;
  costMillis: number;
  steps: ExplainedStep[];
  skipped: SkippedStep[];
  degraded: { step: string; variant: string }[];
  unpaired: string[];
  replay?: ReplayOffer;
}

/** Which frames are listed; empty for all. */
export interface FrameChoice {
  pipeline: string;
  outcome: FrameLine["outcome"] | "";
  lane: LaneName | "";
  slow: boolean;
}

export interface ReplayedStep {
  step: string;
  stage: string;
  variant: string;
  recordedVariant?: string;
  recordedMillis?: number;
  ranMillis: number;
  batch: number;
  equal: boolean;
  failure?: string;
}

export interface Replayed {
  frame: string;
  variants: Record<string, string>;
  exact: boolean;
  verdict: string;
  steps: ReplayedStep[];
  outputs: { output: string; closeness: string; largest?: number }[];
  companions: number;
  incompleteBatches: number;
  fingerprintDifferences: string[];
  sameManifest: boolean;
  tookMillis: number;
}

export interface Flag {
  flag: string;
  rule: string;
  declared: string;
  stickyBy: string;
  steps: string[];
  summary: string;
  by?: string;
  reason?: string;
  at?: string;
}

export interface Caller {
  name: string;
  accounts: boolean;
  tenant?: string;
  roles: string[];
  may: string[];
}

export interface ClusterMember {
  site: string;
  actors: string;
  status: string;
  reached: boolean;
  /** Of another cluster, and reached over the data link only. */
  linked?: boolean;
}

export interface ClusterNode {
  node: string;
  role: string;
  class: string;
  process: number;
  actors: string;
  link: string;
  zones: string[];
  pipelines: string[];
  variants: string[];
  load: number;
  cpu?: number;
  memoryFreeBytes: number;
  celsius?: number;
  watts?: number;
  priceMicros?: number;
  buffer?: {
    standby?: string;
    alone: boolean;
    inStep: boolean;
    lagNumbers: number;
    lagBytes: number;
    lagMillis?: number;
    trouble?: string;
  };
  mirrored: { owner: string; takingOver: boolean }[];
}

/** What one node sees; all but the first only where it is offered. */
export interface ClusterSeen {
  offered: boolean;
  seenBy: string;
  members: ClusterMember[];
  nodes: ClusterNode[];
  frames: Partial<Record<string, number>>;
}
