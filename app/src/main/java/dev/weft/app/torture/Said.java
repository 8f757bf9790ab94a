package dev.weft.app.torture;

import dev.weft.sim.invariant.SessionStep;
import java.util.Optional;

/**
 * One line that a victim tells its parent. Of a session a request is told before it is sent, and
 * acknowledged when it was answered; a frame is told when the buffer has answered that it is kept.
 */
sealed interface Said {

  /** A request is about to be sent to its session. */
  record Asked(String session, SessionStep step) implements Said {}

  /** The last request was answered. */
  record Answered(String session) implements Said {}

  /**
   * A frame is in the buffer.
   *
   * @param hash SHA-256 of its record, in hexadecimal
   */
  record Kept(String session, long number, long sequence, String hash) implements Said {}

  /** Something failed that must not. */
  record Failed(String what) implements Said {}

  /** Ends each line, so that one cut short by the kill is told from a whole one. */
  String END = " .";

  default String line() {
    return switch (this) {
          case Asked(var session, var step) -> "asked %s %s".formatted(session, step.words());
          case Answered(var session) -> "answered " + session;
          case Kept(var session, var number, var sequence, var hash) ->
              "kept %s %d %d %s".formatted(session, number, sequence, hash);
          case Failed(var what) -> "failed " + what.replaceAll("\\s+", " ");
        }
        + END;
  }

  /** Reads a line; empty if it was cut short. */
  static Optional<Said> of(String line) {
    if (!line.endsWith(END)) {
      return Optional.empty();
    }
    var words = line.substring(0, line.length() - END.length()).split(" ", 3);
    var rest = words.length > 2 ? words[2].split(" ", -1) : new String[0];
    return Optional.of(
        switch (words[0]) {
          case "asked" -> new Asked(words[1], SessionStep.of(rest));
          case "answered" -> new Answered(words[1]);
          case "kept" ->
              new Kept(words[1], Long.parseLong(rest[0]), Long.parseLong(rest[1]), rest[2]);
          case "failed" -> new Failed(line);
          default ->
              throw new IllegalArgumentException(
                  "line: '%s' (expected: asked, answered, kept or failed)".formatted(line));
        });
  }
}
