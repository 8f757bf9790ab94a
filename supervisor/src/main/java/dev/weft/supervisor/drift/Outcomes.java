package dev.weft.supervisor.drift;

/** Frames counted by which of two variants was right. Confined to one thread. */
final class Outcomes {

  private long both;
  private long onlyStable;
  private long onlyCandidate;
  private long neither;

  /** Of one frame. */
  static Outcomes of(boolean isStableRight, boolean isCandidateRight) {
    var one = new Outcomes();
    one.add(isStableRight, isCandidateRight);
    return one;
  }

  void add(boolean isStableRight, boolean isCandidateRight) {
    both += isStableRight && isCandidateRight ? 1 : 0;
    onlyStable += isStableRight && !isCandidateRight ? 1 : 0;
    onlyCandidate += !isStableRight && isCandidateRight ? 1 : 0;
    neither += isStableRight || isCandidateRight ? 0 : 1;
  }

  long both() {
    return both;
  }

  long onlyStable() {
    return onlyStable;
  }

  long onlyCandidate() {
    return onlyCandidate;
  }

  long neither() {
    return neither;
  }

  long frames() {
    return both + onlyStable + onlyCandidate + neither;
  }

  /** Frames on which the stable variant is right. */
  long stable() {
    return both + onlyStable;
  }

  /** Frames on which the candidate is right. */
  long candidate() {
    return both + onlyCandidate;
  }

  /** Frames that the candidate gained, less those it lost. */
  long change() {
    return onlyCandidate - onlyStable;
  }

  /** Frames on which just one of them is right. */
  long discordant() {
    return onlyStable + onlyCandidate;
  }
}
