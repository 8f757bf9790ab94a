package dev.weft.app.command;

import dev.weft.app.failure.WrongUse;
import dev.weft.app.tracing.FrameFilter;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Flags that say which frames of a trace are meant. */
final class FrameOptions {

  @Option(names = "--session", paramLabel = "ID", description = "Only its frames.")
  private Optional<String> session = Optional.empty();

  @Option(names = "--pipeline", paramLabel = "NAME", description = "Only its frames.")
  private Optional<String> pipeline = Optional.empty();

  @Option(
      names = "--from",
      paramLabel = "TIME",
      description = "Only frames admitted from then on, as 2026-06-01T12:00:00Z.")
  private Optional<String> from = Optional.empty();

  @Option(names = "--to", paramLabel = "TIME", description = "Only frames admitted before.")
  private Optional<String> to = Optional.empty();

  FrameFilter filter() {
    return new FrameFilter(
        session,
        pipeline,
        from.map(text -> instant("--from", text)),
        to.map(text -> instant("--to", text)));
  }

  private static Instant instant(String flag, String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeParseException e) {
      throw new WrongUse(
          "%s: '%s' (expected: a time such as 2026-06-01T12:00:00Z)".formatted(flag, text));
    }
  }
}
