package dev.weft.supervisor.gate;

/** What a rollout is judged by. */
public enum Kpi {
  /** A high quantile of the time callers wait for the step, against concurrent stable traffic. */
  TAIL_LATENCY("tail latency"),
  /** Processor time per run, against the stable variant's. */
  CPU("cpu"),
  /** How far outputs lie from the stable variant's on the same inputs, and runs that failed. */
  SHADOW_ERROR("shadow error");

  private final String word;

  Kpi(String word) {
    this.word = word;
  }

  public String word() {
    return word;
  }
}
