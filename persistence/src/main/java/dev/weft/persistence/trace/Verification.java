package dev.weft.persistence.trace;

import java.util.List;
import java.util.Optional;

/**
 * What a check of all that is stored found.
 *
 * @param records valid ones, losses included
 */
public record Verification(long segments, long records, long blobs, List<Finding> findings) {

  public Verification {
    findings = List.copyOf(findings);
  }

  public boolean passed() {
    return findings.isEmpty();
  }

  /**
   * One thing that is not as it was written.
   *
   * @param file the segment or blob
   * @param offset where in it
   * @param session whose record it is, as far as that can be read
   * @param sequence its place in the session's stream; 0 if that cannot be read
   */
  public record Finding(
      String file, long offset, Optional<String> session, long sequence, String problem) {}
}
