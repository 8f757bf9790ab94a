package dev.weft.app.torture;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Starts a victim, kills it, holds what it left against what it had acknowledged, and starts the
 * next on the same folders. Ends at the first promise that is broken.
 */
public final class KillTorture {

  private final VictimFolder folder;
  private final long seed;
  private final LongSupplier nanoTime;
  private final Ledger ledger = new Ledger();
  private final SentOnce sink = new SentOnce();
  private final List<Promise> promises = List.of(new FramesKept(), new SessionsKept(), sink);
  private volatile boolean isStopped;
  private volatile @Nullable LivingVictim living;

  /**
   * How far it is.
   *
   * @param frames acknowledged so far
   * @param sent records at the sink, each once
   * @param events of sessions, likewise
   * @param broken promises, in words
   */
  public record Toll(
      long kills, long frames, long sent, long events, List<String> broken, double seconds) {

    public Toll {
      broken = List.copyOf(broken);
    }
  }

  /**
   * @param folder a new one
   */
  public KillTorture(Path folder, long seed, LongSupplier nanoTime) {
    this.folder = new VictimFolder(folder);
    this.seed = seed;
    this.nanoTime = nanoTime;
  }

  /**
   * Kills so many victims, or until a promise is broken or it is stopped.
   *
   * @param watcher is told after each kill
   */
  public Toll run(int kills, Consumer<Toll> watcher) throws IOException, InterruptedException {
    folder.make();
    var started = nanoTime.getAsLong();
    var toll = new Toll(0, 0, 0, 0, List.of(), 0);
    for (var life = 1L; life <= kills && !isStopped && toll.broken().isEmpty(); life++) {
      var broken = live(life);
      if (isStopped) {
        break;
      }
      var seconds = (nanoTime.getAsLong() - started) / (double) TimeUnit.SECONDS.toNanos(1);
      toll =
          new Toll(life, ledger.frames().size(), sink.records(), ledger.events(), broken, seconds);
      watcher.accept(toll);
    }
    return toll;
  }

  /** One life of a victim; returns what is not as promised after it. */
  private List<String> live(long life) throws IOException, InterruptedException {
    var victim = new LivingVictim(folder, life, ledger);
    living = victim;
    if (isStopped) {
      victim.kill();
    }
    var trouble = victim.bury(KillPlan.of(seed, life));
    living = null;
    if (victim.wasInterrupted()) {
      isStopped = true;
    }
    var broken = new ArrayList<>(ledger.failures());
    if (!trouble.isEmpty()) {
      broken.add(trouble);
    }
    if (isStopped || !broken.isEmpty()) {
      return broken;
    }
    var left = folder.copy();
    for (var promise : promises) {
      broken.addAll(promise.broken(left, ledger));
    }
    if (broken.isEmpty()) {
      left.delete();
    }
    return broken;
  }

  /** Starts no further victim and kills the present one. */
  public void stop() {
    isStopped = true;
    var victim = living;
    if (victim != null) {
      victim.kill();
    }
  }

  /** Deletes all that was kept. */
  public void delete() throws IOException {
    folder.delete();
  }
}
