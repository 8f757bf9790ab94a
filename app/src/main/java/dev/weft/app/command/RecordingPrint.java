package dev.weft.app.command;

import dev.weft.app.console.Amount;
import dev.weft.app.console.Console;
import dev.weft.fabric.trace.RecordingCounts;
import java.util.stream.Collectors;

/** What is told of the frames that were to be recorded. */
final class RecordingPrint {

  private RecordingPrint() {}

  /** One line: how many were recorded, and how many not, by why. */
  static void tell(Console console, RecordingCounts counts) {
    var why =
        counts.notRecorded().entrySet().stream()
            .map(each -> "%d %s".formatted(each.getValue(), words(each.getKey())))
            .collect(Collectors.joining(", "));
    console.note(
        "trace: %s recorded%s"
            .formatted(
                Amount.count(counts.recorded(), "frame"),
                counts.left() == 0 ? "" : ", %d not: %s".formatted(counts.left(), why)));
  }

  private static String words(String why) {
    return switch (why) {
      case "capture-off" -> "by capture: off";
      case "not-sampled" -> "not sampled (trace.sample)";
      default -> why;
    };
  }
}
