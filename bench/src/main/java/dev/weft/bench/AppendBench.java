package dev.weft.bench;

import dev.weft.persistence.disk.FolderDisk;
import dev.weft.persistence.segment.SegmentStore;
import dev.weft.persistence.trace.Outcome;
import dev.weft.persistence.trace.Retention;
import dev.weft.persistence.trace.TraceKey;
import dev.weft.persistence.trace.TraceSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Stream;
import javax.crypto.spec.SecretKeySpec;

/** How many records the trace store makes durable in a second, beside bare writes of a file. */
final class AppendBench implements Bench {

  private static final String NAME = "append";
  private static final int RECORD_BYTES = 512;
  private static final int SESSIONS = 32;
  private static final int WAITING_MAX = 30_000;
  private static final double RECORDS_PER_SECOND_MIN = 50_000;
  private static final Duration WINDOW = Duration.ofMillis(20);

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String summary() {
    return "Records of 512 B made durable by the trace store, against bare writes of a file.";
  }

  @Override
  public void run(BenchOptions options, Consumer<Figure> figures) {
    if (!options.arguments().isEmpty()) {
      throw new BenchException(
          "case: '%s' (expected: none, append has no cases)"
              .formatted(options.arguments().getFirst()));
    }
    var records = options.quick() ? 20_000 : 400_000;
    var rounds = options.quick() ? 2 : 7;
    try {
      pass(records, false);
      var plain = new ArrayList<Double>();
      var sealed = new ArrayList<Double>();
      var bare = new ArrayList<Double>();
      for (var round = 0; round < rounds; round++) {
        bare.add(bare(records));
        plain.add(pass(records, false));
        sealed.add(pass(records, true));
      }
      report("plain", plain, bare, records, figures);
      report("sealed", sealed, bare, records, figures);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void report(
      String name, List<Double> rates, List<Double> bare, int records, Consumer<Figure> figures) {
    var spread = Spread.of(rates);
    var conditions =
        "median of %d rounds of %d records of %d B, window %d ms, quartiles %s"
            .formatted(rates.size(), records, RECORD_BYTES, WINDOW.toMillis(), spread);
    figures.accept(
        Figure.of(NAME, name + "/durable", spread.median(), "records/s", conditions)
            .withGoal(Goal.atLeast(RECORDS_PER_SECOND_MIN)));
    var ratios = new ArrayList<Double>();
    for (var i = 0; i < rates.size(); i++) {
      ratios.add(bare.get(i) / rates.get(i));
    }
    figures.accept(
        Figure.of(NAME, name + "/bare-to-store", Spread.of(ratios).median(), "ratio", conditions)
            .against(
                "bare writes: %s records/s".formatted(Numbers.plain(Spread.of(bare).median()))));
  }

  /** Records a second from the first append to the last answer. */
  private static double pass(int records, boolean sealed) throws IOException {
    return inFolder(
        folder -> {
          var settings =
              TraceSettings.of(List.of(Retention.of("bench", 2L << 30, Duration.ofDays(1))))
                  .withWindow(WINDOW);
          if (sealed) {
            settings = settings.withMasterKey(new SecretKeySpec(new byte[32], "AES"));
          }
          try (var store = SegmentStore.open(FolderDisk.at(folder), settings)) {
            return append(store, records);
          }
        });
  }

  private static double append(SegmentStore store, int records) {
    var payload = new byte[RECORD_BYTES];
    var waiting = new Semaphore(WAITING_MAX);
    var dropped = new AtomicLong();
    var keys = new ArrayList<TraceKey>();
    for (var session = 0; session < SESSIONS; session++) {
      keys.add(new TraceKey("session-" + session, "kiosk", "int8", "bench", Instant.EPOCH));
    }
    var start = System.nanoTime();
    for (var i = 0; i < records; i++) {
      waiting.acquireUninterruptibly();
      store
          .append(keys.get(i % SESSIONS), payload)
          .thenAccept(
              outcome -> {
                if (outcome instanceof Outcome.Dropped) {
                  dropped.incrementAndGet();
                }
                waiting.release();
              });
    }
    waiting.acquireUninterruptibly(WAITING_MAX);
    var seconds = (System.nanoTime() - start) / 1e9;
    if (dropped.get() > 0) {
      throw new BenchException("dropped: %d (expected: 0)".formatted(dropped.get()));
    }
    return records / seconds;
  }

  /** The same bytes in writes of 64 KiB, forced once per window and at the end. */
  private static double bare(int records) throws IOException {
    return inFolder(
        folder -> {
          var file = folder.resolve("bare");
          var chunk = ByteBuffer.allocate(1 << 16);
          var left = (long) records * RECORD_BYTES;
          var start = System.nanoTime();
          try (var channel =
              FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            var forced = start;
            while (left > 0) {
              chunk.clear().limit((int) Math.min(left, chunk.capacity()));
              left -= channel.write(chunk);
              if (System.nanoTime() - forced > WINDOW.toNanos()) {
                channel.force(false);
                forced = System.nanoTime();
              }
            }
            channel.force(false);
          }
          return records / ((System.nanoTime() - start) / 1e9);
        });
  }

  private interface Work {
    double in(Path folder) throws IOException;
  }

  private static double inFolder(Work work) throws IOException {
    var folder = Files.createTempDirectory("weft-append-");
    try {
      return work.in(folder);
    } finally {
      try (Stream<Path> files = Files.walk(folder)) {
        for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }
}
