package dev.weft.supervisor.evidence;

/** What happened to evidence itself; each says what in a sentence. */
public sealed interface EvidenceEvent {

  /** Name of the file, without its folder. */
  String file();

  /** A last line that was not written whole was cut off; the chain goes on and tells. */
  record Repaired(String file, long bytes) implements EvidenceEvent {
    @Override
    public String toString() {
      return "%s: a torn last line of %d bytes was cut off".formatted(file, bytes);
    }
  }

  /** A file is not written on, and left as it is; {@code file} goes on in its place. */
  record Continued(String file, String broken, String why) implements EvidenceEvent {
    @Override
    public String toString() {
      return "%s: %s; the evidence goes on in %s".formatted(broken, why, file);
    }
  }

  /** Nothing can be written now; what waits is bounded, and tried again. */
  record Halted(String file, String why) implements EvidenceEvent {
    @Override
    public String toString() {
      return "%s: not written: %s; tried again".formatted(file, why);
    }
  }

  /**
   * It can be written again.
   *
   * @param missing entries that are not in it, which it says
   */
  record Resumed(String file, long missing) implements EvidenceEvent {
    @Override
    public String toString() {
      return "%s: written again; entries missing: %d".formatted(file, missing);
    }
  }

  /** Entries are in no file, and none says so. */
  record Lost(String file, long entries, String why) implements EvidenceEvent {
    @Override
    public String toString() {
      return "%s: entries lost: %d, as %s".formatted(file, entries, why);
    }
  }

  /** The page of a rollout that is over could not be made; its files are whole. */
  record NoPage(String file, String why) implements EvidenceEvent {
    @Override
    public String toString() {
      return "%s: not made: %s".formatted(file, why);
    }
  }
}
