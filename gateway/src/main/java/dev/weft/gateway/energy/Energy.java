package dev.weft.gateway.energy;

import dev.weft.fabric.embedded.Weft;
import dev.weft.fabric.sensor.RaplFiles;
import dev.weft.gateway.round.Rounds;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * What the pipelines of a node take of the machine's energy, from when this is made until it is
 * closed; docs/metrics.md tells the method and its limits. Threadsafe.
 */
public final class Energy implements AutoCloseable {

  private static final Path STAT = Path.of("/proc/stat");

  private final EnergyBook book;
  private final Rounds rounds;

  private Energy(EnergyBook book, Rounds rounds) {
    this.book = book;
    this.rounds = rounds;
  }

  /** Begins to look, on a thread of its own. */
  public static Energy of(Weft weft, EnergySettings settings) {
    var book =
        new EnergyBook(
            RaplFiles.in(RaplFiles.POWERCAP),
            new CpuFiles(STAT),
            settings.wattsPerCore(),
            () -> work(weft),
            System.nanoTime());
    var rounds =
        Rounds.begin("weft-gateway-energy", settings.every(), () -> book.look(System.nanoTime()));
    return new Energy(book, rounds);
  }

  private static Map<Use, Long> work(Weft weft) {
    var work = new HashMap<Use, Long>();
    for (var pipeline : weft.pipelines()) {
      var counters = pipeline.counters();
      work.put(new Use(pipeline.name(), "frame"), counters.workedNanos());
      work.put(new Use(pipeline.name(), "deferred"), counters.deferred().workedNanos());
      work.put(new Use(pipeline.name(), "shadow"), counters.shadow().workedNanos());
    }
    return work;
  }

  public Source source() {
    return book.source();
  }

  /** What each use took since the start, in joules, as of the last look. */
  public Map<Use, Double> joules() {
    return book.joules();
  }

  /** Looks no more. */
  @Override
  public void close() {
    rounds.close();
  }
}
