package dev.weft.app.torture;

/** What a victim asks of a session. */
sealed interface SessionStep {

  record Open(long epoch) implements SessionStep {}

  record RecordFrame(long epoch, long frame, String hash) implements SessionStep {}

  record Reserve(long block, long amount) implements SessionStep {}

  record Settle(long block, long spent) implements SessionStep {}

  /** As it stands in a line. */
  default String words() {
    return switch (this) {
      case Open(var epoch) -> "open " + epoch;
      case RecordFrame(var epoch, var frame, var hash) ->
          "record %d %d %s".formatted(epoch, frame, hash);
      case Reserve(var block, var amount) -> "reserve %d %d".formatted(block, amount);
      case Settle(var block, var spent) -> "settle %d %d".formatted(block, spent);
    };
  }

  /** Reads {@link #words()}. */
  static SessionStep of(String[] words) {
    var first = Long.parseLong(words[1]);
    return switch (words[0]) {
      case "open" -> new Open(first);
      case "record" -> new RecordFrame(first, Long.parseLong(words[2]), words[3]);
      case "reserve" -> new Reserve(first, Long.parseLong(words[2]));
      case "settle" -> new Settle(first, Long.parseLong(words[2]));
      default ->
          throw new IllegalArgumentException(
              "step: '%s' (expected: open, record, reserve or settle)".formatted(words[0]));
    };
  }
}
