package dev.weft.sim.node;

import dev.weft.fabric.manifest.Lane;
import dev.weft.fabric.pipeline.Answer;
import dev.weft.fabric.pipeline.DropReason;
import dev.weft.fabric.pipeline.PipelineDoor;
import dev.weft.fabric.pipeline.Request;
import dev.weft.fabric.pipeline.VariantChange;
import dev.weft.sim.invariant.BoundsHeld;
import dev.weft.sim.invariant.Conservation;
import dev.weft.sim.invariant.Findings;
import dev.weft.sim.invariant.Liveness;
import dev.weft.sim.invariant.OwnAnswer;
import dev.weft.sim.invariant.RefusedAtOnce;
import dev.weft.sim.world.Host;
import dev.weft.sim.world.World;
import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.tensor.Shape;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Submits frames to one pipeline of a node, through all its lives, and holds each answer against
 * what the frame asked.
 */
public final class FrameSource {

  /** How much later than its deadline a frame may be answered: a round of the watch and a bit. */
  private static final Duration LATE_MAX = Duration.ofMillis(60);

  /**
   * How frames come and what they may meet.
   *
   * @param session whose frames they are
   * @param every time between two, on average
   * @param rowsMax of a frame's input
   * @param waitingMax most frames that may wait for their answers at once
   * @param mayBeBroken whether the engine gives what is no number at times
   */
  public record Manner(
      String session,
      Lane lane,
      Duration every,
      int rowsMax,
      long waitingMax,
      boolean mayBeBroken) {}

  private record Pending(PipelineDoor door, long until, Swaps.Era era) {}

  private final World world;
  private final Host host;
  private final Manner manner;
  private final int steps;
  private final Findings findings;
  private final Map<Long, Pending> pending = new TreeMap<>();
  private final Swaps swaps = new Swaps();
  private Duration every;
  private Optional<Node> node = Optional.empty();
  private Optional<PipelineDoor> door = Optional.empty();
  private long submitted;
  private long completed;
  private long refused;
  private long turnedAway;
  private boolean isEnding;

  /**
   * @param steps runs of the engine that a frame goes through
   */
  public FrameSource(World world, Host host, int steps, Manner manner, Findings findings) {
    this.world = world;
    this.host = host;
    this.steps = steps;
    this.manner = manner;
    this.every = manner.every();
    this.findings = findings;
  }

  /** Begins; frames flow whenever there is a node. */
  public void start() {
    world.after(pause(), this::submitNext);
  }

  public void end() {
    isEnding = true;
  }

  /** Has frames come in other times than at first. */
  public void comeEvery(Duration mean) {
    every = mean;
  }

  /** Swaps what runs at the first step for the other variant, unless that is under way. */
  public void swap() {
    if (node.isEmpty() || door.isEmpty() || swaps.isUnderWay()) {
      return;
    }
    var name = door.get().manifest().name();
    var variant = swaps.swap();
    var _ =
        node.get()
            .vary(door.get(), new VariantChange.Swap("s1", Optional.empty(), variant))
            .whenComplete(
                (_, problem) -> {
                  var isDone = problem == null;
                  world.note("%s: %s is %s".formatted(name, variant, isDone ? "in" : "refused"));
                  swaps.swapped(variant, isDone);
                });
  }

  /** The variants that run now, of those of the first step and the others. */
  Set<String> running() {
    var running = new TreeSet<>(Set.of(swaps.running()));
    if (steps > 1) {
      running.add(Manifests.VARIANTS.firstKey());
    }
    return running;
  }

  /** From now on frames go there. */
  public void lead(Node to, PipelineDoor through) {
    swaps.beginLife();
    node = Optional.of(to);
    door = Optional.of(through);
  }

  /** The node was killed, and its answers with it. */
  public void lost() {
    node = Optional.empty();
    door = Optional.empty();
    pending.clear();
  }

  public long completed() {
    return completed;
  }

  /** Frames that the door did not refuse for their deadline. */
  public long letIn() {
    return submitted - turnedAway;
  }

  private Duration pause() {
    return Duration.ofNanos((long) (every.toNanos() * world.load().nextExponential()));
  }

  private void submitNext() {
    if (isEnding) {
      return;
    }
    if (node.isPresent() && door.isPresent()) {
      submit(node.get(), door.get());
    }
    world.after(pause(), this::submitNext);
  }

  private void submit(Node to, PipelineDoor through) {
    var id = ++submitted;
    var rows = 1 + world.load().nextInt(manner.rowsMax());
    var input = new float[rows * SimulatedEngine.COLUMNS];
    for (var i = 0; i < input.length; i++) {
      input[i] = (id * 16 + i) % 65_536;
    }
    var tensor = to.tensors().allocate(Datatype.FP32, Shape.of(rows, SimulatedEngine.COLUMNS));
    tensor.copyFromFloats(input);
    var deadline = through.manifest().deadline().toNanos();
    pending.put(id, new Pending(through, host.clock().nanos() + deadline, swaps.offered()));
    var request = Request.of("x", tensor).with("session", manner.session()).inLane(manner.lane());
    var answer = through.submit(request);
    var _ = answer.whenComplete((told, failure) -> onAnswer(id, input, told, failure));
    var name = through.manifest().name();
    findings.addAll(
        BoundsHeld.check(
            "frames inside " + name, through.inFlight(), through.manifest().door().maxInFlight()));
    findings.addAll(
        BoundsHeld.check("frames waiting in " + name, pending.size(), manner.waitingMax()));
  }

  private void onAnswer(
      long id, float[] input, @Nullable Answer answer, @Nullable Throwable failure) {
    var name = "frame %s %d".formatted(manner.session(), id);
    var waited = pending.remove(id);
    if (answer == null) {
      findings.add(Conservation.NAME, "%s: answered with %s".formatted(name, failure));
      return;
    }
    if (waited == null) {
      answer.close();
      findings.add(Conservation.NAME, name + ": answered twice");
      return;
    }
    waited.era().answered();
    try (answer) {
      switch (answer) {
        case Answer.Completed done -> {
          completed++;
          findings.addAll(
              OwnAnswer.check(
                  name,
                  done.output("y").toFloats(),
                  expected(input, waited),
                  manner.mayBeBroken()));
        }
        case Answer.Dropped dropped -> {
          refused++;
          if (dropped.reason() == DropReason.DEADLINE_OUT_OF_REACH
              && dropped.where().equals(waited.door().manifest().name())) {
            turnedAway++;
            findings.addAll(RefusedAtOnce.check(name, waited(waited), dropped.retryAfter()));
          }
          world.note("%s: %s at %s".formatted(name, dropped.reason(), dropped.where()));
        }
        case Answer.Failed failed -> world.note("%s: %s".formatted(name, failed.message()));
      }
    }
    checkWait(name, waited);
  }

  private List<float[]> expected(float[] input, Pending waited) {
    return waited.era().pluses().stream().map(plus -> expected(input, plus)).toList();
  }

  private float[] expected(float[] input, long plus) {
    var row = SimulatedEngine.answer(plus, input);
    for (var step = 1; step < steps; step++) {
      row = SimulatedEngine.answer(Manifests.VARIANTS.firstEntry().getValue(), row);
    }
    return row;
  }

  private Duration waited(Pending since) {
    var deadline = since.door().manifest().deadline();
    return Duration.ofNanos(host.clock().nanos() - since.until()).plus(deadline);
  }

  private void checkWait(String name, Pending waiting) {
    var late = Duration.ofNanos(host.clock().nanos() - waiting.until());
    findings.addAll(Liveness.check(name + " past its deadline", late, LATE_MAX));
  }

  /** Looks at the frames that wait and at the pipeline's books. */
  public void check() {
    pending.forEach(
        (id, waiting) -> checkWait("frame %s %d".formatted(manner.session(), id), waiting));
    door.ifPresent(
        through ->
            findings.addAll(
                Conservation.check(
                    through.manifest().name(),
                    new Conservation.Counts(
                        through.counters().offeredCount(),
                        through.counters().completedCount(),
                        through.counters().droppedCount(),
                        through.counters().failedCount(),
                        through.inFlight()))));
  }

  /** As {@link #check}, when no frame may be inside any more. */
  public void checkEnded() {
    check();
    findings.addAll(swaps.checkEnded(manner.session()));
    door.ifPresent(
        through ->
            findings.addAll(
                Liveness.check(
                    "%d frames inside %s".formatted(through.inFlight(), through.manifest().name()),
                    through.inFlight() == 0 ? Duration.ZERO : Duration.ofDays(1),
                    Duration.ZERO)));
  }

  @Override
  public String toString() {
    return "%s: %d submitted, %d completed, %d refused"
        .formatted(manner.session(), submitted, completed, refused);
  }
}
