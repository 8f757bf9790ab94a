package dev.weft.cluster.fleet;

import dev.weft.cluster.artifact.ArtifactLink;
import dev.weft.fabric.manifest.Residency;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The rollouts of a node of a test, which says itself how they go. Threadsafe. */
public final class FakeRollouts implements LocalRollouts {

  private final List<String> done = new ArrayList<>();
  private String running;
  private String before = "";
  private long number;
  private String candidate = "";
  private LocalRollout.Phase phase = LocalRollout.Phase.NONE;
  private String why = "";
  private String refusal = "";
  private Permission permission = (_, _, _) -> true;
  private long bytesLacking;
  private boolean isBringing;

  public FakeRollouts(String running) {
    this.running = running;
  }

  @Override
  public synchronized CompletionStage<LocalRollout> latest(String stage) {
    return CompletableFuture.completedFuture(now());
  }

  public synchronized LocalRollout now() {
    return new LocalRollout(Set.of(running), number, candidate, phase, why);
  }

  /** As one that no region ordered. */
  CompletionStage<Beginning> startOwn(String variant) {
    return start(
        new Instruction(
            Fleets.STAGE,
            variant,
            1,
            Fleets.REGION,
            Order.BEGIN,
            List.of(),
            "manifest of " + variant,
            Optional.empty()));
  }

  @Override
  public synchronized CompletionStage<Beginning> start(Instruction begin) {
    if (begin.declared().isPresent() && bytesLacking > 0) {
      isBringing = true;
      return CompletableFuture.completedFuture(
          new Beginning.Bringing("%d bytes are lacking".formatted(bytesLacking)));
    }
    if (!refusal.isEmpty()) {
      return CompletableFuture.failedFuture(new FleetException(refusal));
    }
    if (phase == LocalRollout.Phase.TRIED || phase == LocalRollout.Phase.WATCHED) {
      return CompletableFuture.failedFuture(new FleetException("one is under way"));
    }
    number++;
    candidate = begin.variant();
    isBringing = false;
    phase = LocalRollout.Phase.TRIED;
    why = "";
    before = running;
    done.add("start " + candidate);
    return CompletableFuture.completedFuture(new Beginning.Begun());
  }

  @Override
  public synchronized void stopBringing(String stage) {
    if (isBringing) {
      done.add("stop bringing");
    }
    isBringing = false;
  }

  @Override
  public void bringBy(ArtifactLink link) {
    // Its models come by themselves.
  }

  @Override
  public Residency residency(String sha256) {
    return Residency.anywhere();
  }

  /** Has it lack so much of whatever model is declared to it. */
  synchronized void lack(long bytes) {
    bytesLacking = bytes;
  }

  synchronized boolean isBringing() {
    return isBringing;
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
  public synchronized boolean pass(String stage) {
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

  public synchronized String running() {
    return running;
  }

  /** What it was told, in its order. */
  public synchronized List<String> done() {
    return List.copyOf(done);
  }
}
