package dev.weft.sim.invariant;

/** What is asked of a session, as far as it changes what must be kept of it. */
public sealed interface SessionStep {

  record Open(long epoch) implements SessionStep {}

  /** Both numbers inclusive. */
  record RecordFrames(long epoch, long from, long to, String hash) implements SessionStep {}

  record Reserve(long block, long amount) implements SessionStep {}

  record Settle(long block, long spent) implements SessionStep {}

  /** As it stands in a line. */
  default String words() {
    return switch (this) {
      case Open(var epoch) -> "open " + epoch;
      case RecordFrames(var epoch, var from, var to, var hash) ->
          "record %d %d %d %s".formatted(epoch, from, to, hash);
      case Reserve(var block, var amount) -> "reserve %d %d".formatted(block, amount);
      case Settle(var block, var spent) -> "settle %d %d".formatted(block, spent);
    };
  }

  /** Reads {@link #words()}. */
  static SessionStep of(String[] words) {
    var first = Long.parseLong(words[1]);
    return switch (words[0]) {
      case "open" -> new Open(first);
      case "record" ->
          new RecordFrames(first, Long.parseLong(words[2]), Long.parseLong(words[3]), words[4]);
      case "reserve" -> new Reserve(first, Long.parseLong(words[2]));
      case "settle" -> new Settle(first, Long.parseLong(words[2]));
      default ->
          throw new IllegalArgumentException(
              "step: '%s' (expected: open, record, reserve or settle)".formatted(words[0]));
    };
  }
}
