package dev.weft.app.tracing;

import dev.weft.app.failure.WrongUse;
import dev.weft.fabric.replay.StateCheck;
import dev.weft.fabric.session.SessionHistory;
import dev.weft.persistence.journal.Journal;
import dev.weft.persistence.journal.JournalSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** Rebuilds sessions from an embedded journal, and holds a trace's marks against them. */
public final class StateChecking {

  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private StateChecking() {}

  /**
   * @param journal folder of the journal, which no process may have open
   * @throws WrongUse if there is none
   * @throws dev.weft.persistence.journal.JournalException if it cannot be opened
   */
  public static StateCheck.Report of(RecordedTrace trace, FrameFilter wanted, Path journal) {
    if (!Files.isDirectory(journal)) {
      throw new WrongUse("--journal: '%s' (expected: a journal's folder)".formatted(journal));
    }
    try (var opened = Journal.open(new JournalSettings.Embedded(journal, TIMEOUT));
        var reading = trace.read(wanted)) {
      var check = new StateCheck(session -> SessionHistory.of(opened, session));
      for (var next = reading.next(); next.isPresent(); next = reading.next()) {
        check.accept(next.get());
      }
      return check.report();
    }
  }
}
