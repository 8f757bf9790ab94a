package dev.weft.supervisor.evidence;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * What a check of one evidence file found: whether each line is as it was written and follows on
 * the one before, and whether the file that it says it follows on is still what it was.
 *
 * <p>That finds a line changed, left out, moved or put in, and a file changed, shortened or removed
 * behind which another came. It does not find lines cut off the end of the newest file, or that
 * file removed: nothing says yet what was there. Against that, whoever needs it keeps the last
 * hash, which the page tells and the check answers. Who can write all files, and makes all anew, is
 * not found.
 *
 * @param entries that hold, up to the first flaw
 * @param last of those
 * @param missing entries that the file says it lacks
 * @param flaws in sentences, that of the lines first; empty if it holds
 * @param notes what could not be checked, and what was repaired
 */
public record EvidenceCheck(
    String file,
    long entries,
    Optional<Entry> last,
    long missing,
    List<String> flaws,
    List<String> notes) {

  public EvidenceCheck {
    flaws = List.copyOf(flaws);
    notes = List.copyOf(notes);
  }

  /** Whether it is as it was written. */
  public boolean holds() {
    return flaws.isEmpty();
  }

  /**
   * @param digests SHA-256 of a file by its name; empty if it is not there
   * @param isWhole whether all files are to be there, as in the folder they were written in
   */
  static EvidenceCheck of(
      String file, Chain chain, Function<String, Optional<String>> digests, boolean isWhole) {
    var flaws = new ArrayList<String>();
    var notes = new ArrayList<String>();
    chain.flaw().ifPresent(flaw -> flaws.add(flaw.toString()));
    if (chain.entries().isEmpty() && flaws.isEmpty()) {
      flaws.add("line 1: line: missing (expected: at least one)");
    }
    if (!chain.entries().isEmpty()) {
      var first = new Fields(chain.entries().getFirst().body());
      for (var link : List.of(first, first.object("previous"))) {
        follow(link, digests, isWhole).ifPresent((isWhole ? flaws : notes)::add);
        changed(link, digests).ifPresent(flaws::add);
      }
    }
    var missing = 0L;
    for (var entry : chain.entries()) {
      missing += entry.body().get(Entry.MISSING) instanceof Long count ? count : 0;
      if (entry.kind().equals(Entry.REPAIRED)) {
        notes.add("line cut off before entry %d, as it was torn".formatted(entry.number()));
      }
    }
    var last =
        chain.entries().isEmpty()
            ? Optional.<Entry>empty()
            : Optional.of(chain.entries().getLast());
    return new EvidenceCheck(file, chain.entries().size(), last, missing, flaws, notes);
  }

  /** What is said where the file that another follows on is not there. */
  private static Optional<String> follow(
      Fields link, Function<String, Optional<String>> digests, boolean isWhole) {
    var file = link.text("file");
    return isLink(link) && digests.apply(file).isEmpty()
        ? Optional.of(
            isWhole
                ? "line 1: file: %s is not there (expected: beside it)".formatted(file)
                : "follows on %s, which is not here to be checked".formatted(file))
        : Optional.empty();
  }

  private static Optional<String> changed(Fields link, Function<String, Optional<String>> digests) {
    var expected = link.text("sha256");
    return isLink(link)
        ? digests
            .apply(link.text("file"))
            .filter(actual -> !actual.equals(expected))
            .map(
                actual ->
                    "line 1: sha256: %s has %s (expected: %s, as when it was followed on)"
                        .formatted(link.text("file"), actual, expected))
        : Optional.empty();
  }

  /** Whether it names a file by its content; a variant's, in the same line, is none of these. */
  private static boolean isLink(Fields link) {
    return !link.text("file").isEmpty() && !link.text("sha256").isEmpty();
  }

  /** The fields of an answer to a program. */
  public Map<String, Object> object() {
    return Map.of(
        "file",
        file,
        "holds",
        holds(),
        "entries",
        entries,
        "missing",
        missing,
        "last",
        last.map(
            entry ->
                Map.of("n", entry.number(), "at", entry.at().toString(), "hash", entry.hash())),
        "flaws",
        flaws,
        "notes",
        notes);
  }
}
