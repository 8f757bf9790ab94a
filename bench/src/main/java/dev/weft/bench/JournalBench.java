package dev.weft.bench;

import dev.weft.persistence.journal.Journal;
import dev.weft.persistence.journal.JournalSettings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Comparator;
import java.util.function.Consumer;

/**
 * Events of sessions that the embedded journal stores, durable on commit, against what the disk
 * does at all: synchronous writes of a page, one after the other.
 */
final class JournalBench implements Bench {

  private static final String NAME = "journal";
  private static final int PAGE_BYTES = 4096;
  private static final int MANY = 32;
  private static final Duration WARM_UP = Duration.ofSeconds(10);
  private static final Duration MEASURED = Duration.ofSeconds(20);
  private static final Duration QUICK = Duration.ofSeconds(2);

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String summary() {
    return "Events that the embedded journal stores a second, against synchronous writes alone.";
  }

  @Override
  public void run(BenchOptions options, Consumer<Figure> figures) {
    try {
      var folder = Files.createTempDirectory("weft-journal");
      try {
        run(folder, options.quick(), figures);
      } finally {
        delete(folder);
      }
    } catch (IOException | InterruptedException e) {
      throw new BenchException("journal: " + e);
    }
  }

  private static void run(Path folder, boolean quick, Consumer<Figure> figures)
      throws IOException, InterruptedException {
    var time = quick ? QUICK : MEASURED;
    var raw = synchronousWritesPerSecond(folder.resolve("raw"), time);
    var settings = new JournalSettings.Embedded(folder.resolve("journal"), WARM_UP);
    try (var _ = Journal.open(settings)) {
      for (var sessions : new int[] {1, MANY}) {
        var rate = eventsPerSecond(settings, sessions, quick ? QUICK : WARM_UP, time);
        var each = sessions == 1 ? "one-session" : sessions + "-sessions";
        var conditions = "H2 file, WRITE_DELAY=0, DSYNC; one request of each at a time; " + time;
        figures.accept(Figure.of(NAME, each + "/events", rate, "events/s", conditions));
        figures.accept(
            Figure.of(NAME, each + "/events-per-write", rate / raw, "ratio", conditions)
                .against("synchronous writes of 4 kB: %.0f/s".formatted(raw)));
      }
    }
  }

  private static double eventsPerSecond(
      JournalSettings settings, int sessions, Duration warmUp, Duration time)
      throws InterruptedException {
    try (var callers = new SessionCallersGuardian(settings, "bench-" + sessions, sessions)) {
      Thread.sleep(warmUp);
      var start = System.nanoTime();
      var before = callers.answers();
      Thread.sleep(time);
      var answers = callers.answers() - before;
      return answers * 1e9 / (System.nanoTime() - start);
    }
  }

  private static double synchronousWritesPerSecond(Path file, Duration time) throws IOException {
    try (var channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.DSYNC)) {
      var page = ByteBuffer.allocateDirect(PAGE_BYTES);
      var start = System.nanoTime();
      var writes = 0L;
      while (System.nanoTime() - start < time.toNanos()) {
        channel.write(page.clear());
        writes++;
      }
      return writes * 1e9 / (System.nanoTime() - start);
    }
  }

  private static void delete(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
