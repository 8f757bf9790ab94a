package dev.weft.cluster.fleet;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The rollouts of a node of a test, which says itself how they go. Threadsafe. */
final class FakeRollouts implements LocalRollouts {

  private final List<String> done = new ArrayList<>();
  private String running;
  private String before = "";
  private long number;
  private String candidate = "";
  private LocalRollout.Phase phase = LocalRollout.Phase.NONE;
  private String why = "";
  private String refusal = "";
  private Permission permission = (_, _, _) -> true;

  FakeRollouts(String running) {
    this.running = running;
  }

  @Override
  public synchronized CompletionStage<LocalRollout> latest(String stage) {
    return CompletableFuture.completedFuture(now());
  }

  synchronized LocalRollout now() {
    return new LocalRollout(Set.of(running), number, candidate, phase, why);
  }

  /** Manifests of {@link Fleets} are called after their variants. */
  @Override
  public synchronized CompletionStage<?> start(String stage, String manifest) {
    if (!refusal.isEmpty()) {
      return CompletableFuture.failedFuture(new FleetException(refusal));
    }
    if (phase == LocalRollout.Phase.TRIED || phase == LocalRollout.Phase.WATCHED) {
      return CompletableFuture.failedFuture(new FleetException("one is under way"));
    }
    number++;
    candidate = manifest.substring(manifest.lastIndexOf(' ') + 1);
    phase = LocalRollout.Phase.TRIED;
    why = "";
    before = running;
    done.add("start " + candidate);
    return CompletableFuture.completedFuture("");
  }

  @Override
  public synchronized CompletionStage<?> takeBack(String stage, String because) {
    if (phase == LocalRollout.Phase.NONE) {
      return CompletableFuture.failedFuture(new FleetException("nothing to take back"));
    }
    done.add("take back " + candidate);
    fail(because);
    return CompletableFuture.completedFuture("");
  }

  @Override
  public synchronized void advanceIf(Permission permission) {
    this.permission = permission;
  }

  /** Its gates say so, wherever it is. */
  synchronized void fail(String because) {
    if (phase != LocalRollout.Phase.NONE) {
      phase = LocalRollout.Phase.TAKEN_BACK;
      running = before;
      why = because;
    }
  }

  /** All steps pass, if that is allowed, and the watch is over. */
  synchronized boolean pass(String stage) {
    if (phase != LocalRollout.Phase.TRIED || !permission.mayAdvance(stage, number, candidate)) {
      return false;
    }
    phase = LocalRollout.Phase.PROMOTED;
    running = candidate;
    return true;
  }

  synchronized boolean mayAdvance(String stage) {
    return permission.mayAdvance(stage, number, candidate);
  }

  synchronized void refuse(String because) {
    refusal = because;
  }

  synchronized String running() {
    return running;
  }

  /** What it was told, in its order. */
  synchronized List<String> done() {
    return List.copyOf(done);
  }
}
