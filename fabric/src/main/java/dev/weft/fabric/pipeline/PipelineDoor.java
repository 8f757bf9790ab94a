package dev.weft.fabric.pipeline;

import dev.weft.fabric.manifest.Door;
import dev.weft.fabric.manifest.Lane;
import dev.weft.fabric.manifest.PipelineManifest;
import dev.weft.fabric.profile.AdmissionRule;
import dev.weft.fabric.profile.Patience;
import dev.weft.fabric.routing.Switches;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.tensor.Tensor;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Where frames enter a pipeline: checks them, counts them, decides whether they can make their
 * deadline, and starts them on the loop with the least work before it. Never blocks and never
 * queues: what cannot go in is answered at once. Threadsafe.
 */
public final class PipelineDoor {

  private static final long RETRY_MIN_NANOS = 1_000_000;

  private final PipelineManifest manifest;
  private final NodeView node;
  private final @Nullable FrameRecorder recorder;
  private final PipelineCounters counters;
  private final Entrance entrance;
  private final RequestCheck check;
  private final Patience patience = new Patience();
  private final AtomicLong numbers;
  private volatile @Nullable Generation current;
  private volatile Switches switches;
  private volatile ShadowRun.Observer shadowObserver = _ -> {};
  private volatile TrialEvent.Observer trialObserver = _ -> {};

  public PipelineDoor(PipelineManifest manifest, NodeView node) {
    this(manifest, node, Optional.empty());
  }

  /**
   * @param recorder is told of the frames that the manifest wants recorded
   */
  public PipelineDoor(PipelineManifest manifest, NodeView node, Optional<FrameRecorder> recorder) {
    this(manifest, node, recorder, new PipelineCounters(), new AtomicLong());
  }

  private PipelineDoor(
      PipelineManifest manifest,
      NodeView node,
      Optional<FrameRecorder> recorder,
      PipelineCounters counters,
      AtomicLong numbers) {
    this.counters = counters;
    this.numbers = numbers;
    this.manifest = manifest;
    this.node = node;
    this.recorder = manifest.capture().isEmpty() ? null : recorder.orElse(null);
    this.entrance = new Entrance(manifest.door());
    this.check = new RequestCheck(manifest);
    this.switches = Switches.declaredBy(manifest);
  }

  /**
   * A door for what is to take this one's place: it counts on where this one counts, so that no two
   * frames have one number, and what both declare alike stands as it stands here.
   */
  public PipelineDoor successor(PipelineManifest next, Optional<FrameRecorder> told) {
    var door = new PipelineDoor(next, node, told, counters, numbers);
    door.switches = switches.onto(manifest, next);
    return door;
  }

  public PipelineManifest manifest() {
    return manifest;
  }

  public PipelineCounters counters() {
    return counters;
  }

  /** Frames inside now. */
  public int inFlight() {
    return entrance.frames();
  }

  /** What a frame that comes now is expected to take, its wait included; 0 if that is not known. */
  public long expectedNanos(Lane lane, String tenant) {
    var generation = current;
    var own = generation == null ? 0 : generation.expected().p95Nanos();
    return own == 0 ? 0 : own + node.loops().waitNanos(lane, tenant);
  }

  /**
   * Runs that wait before each step now, by step and lane; where none do it is left out. Steps that
   * share a variant share its queue.
   */
  public Map<String, Map<Lane, Integer>> waiting() {
    var generation = current;
    return generation == null ? Map.of() : generation.waiting();
  }

  public Switches switches() {
    return switches;
  }

  /** Moves gates and weights for the frames that come from now on. */
  public synchronized Switches change(UnaryOperator<Switches> change) {
    switches = change.apply(switches);
    return switches;
  }

  /** The plan that new frames meet; empty while the pipeline is closed. */
  public Optional<Plan> plan() {
    return Optional.ofNullable(current).map(Generation::plan);
  }

  /**
   * Sends the frames that come from now on through {@code next}.
   *
   * @return done when the last frame of the generation before has left
   */
  public synchronized CompletionStage<Void> open(Generation next) {
    var before = current;
    current = next;
    return before == null ? CompletableFuture.completedFuture(null) : before.retire();
  }

  /**
   * Drops the frames that come from now on.
   *
   * @return done when the last frame inside has left
   */
  public synchronized CompletionStage<Void> close() {
    var before = current;
    current = null;
    return before == null ? CompletableFuture.completedFuture(null) : before.retire();
  }

  /** Shows runs in the shadow to {@code observer} from now on. */
  public void observeShadows(ShadowRun.Observer observer) {
    shadowObserver = observer;
  }

  ShadowRun.Observer shadowObserver() {
    return shadowObserver;
  }

  /** Tells {@code observer} of trials from now on. */
  public void observeTrials(TrialEvent.Observer observer) {
    trialObserver = observer;
  }

  TrialEvent.Observer trialObserver() {
    return trialObserver;
  }

  /**
   * Starts one frame and takes over its input tensors.
   *
   * @return the answer to come; it completes on an inference loop, so dependent work that takes
   *     long belongs on another executor ({@code thenApplyAsync}). Cancelling it cancels the frame.
   */
  public CompletableFuture<Answer> submit(Request request) {
    return submit(request, false);
  }

  /**
   * As {@link #submit}, for a caller who waits for the answer: if the frame's loop is idle, the
   * calling thread runs it and returns when the frame is answered.
   */
  public CompletableFuture<Answer> submitAndHelp(Request request) {
    return submit(request, true);
  }

  private CompletableFuture<Answer> submit(Request request, boolean helps) {
    counters.offered();
    var problem = check.problem(request);
    if (problem.isPresent()) {
      return refuse(
          request, new Answer.Failed(ErrorCode.INVALID_INPUT, problem.get(), Timings.none()));
    }
    var tenant = request.tenant();
    var bytes = request.bytes();
    var full = entrance.enter(tenant, bytes);
    if (full != null) {
      return refuse(request, dropped(full, Optional.of(pause())));
    }
    var generation = enter();
    if (generation == null) {
      entrance.leave(tenant, bytes);
      return refuse(request, dropped(DropReason.UNLOADING, Optional.empty()));
    }
    return admit(generation, request, tenant, bytes, helps);
  }

  /**
   * Answers a request in place of a frame: counts it and closes its input tensors.
   *
   * @return {@code answer}, there already
   */
  public CompletableFuture<Answer> turnAway(Request request, Answer answer) {
    counters.offered();
    return refuse(request, answer);
  }

  /**
   * Runs the inputs of a recorded frame again by both arms of a step on trial, in the shadow, and
   * takes them over. Counts as a run in the shadow and as no frame; is not recorded.
   *
   * @param number of the frame when it was recorded, from which stages have their seed
   * @param recorded its inputs, and the attributes that decide where it goes
   */
  public CompletableFuture<Rerun> rerun(String step, long number, Request recorded) {
    var problem = check.problem(recorded);
    if (problem.isPresent()) {
      return notRun(recorded, problem.get());
    }
    var generation = enter();
    if (generation == null) {
      return notRun(recorded, "pipeline '%s' is closed".formatted(manifest.name()));
    }
    var found =
        generation.plan().steps().stream()
            .filter(each -> each.name().equals(step) && each.trial().isPresent())
            .findFirst();
    if (found.isEmpty()) {
      generation.leave();
      return notRun(recorded, "step '%s' is not on trial".formatted(step));
    }
    var admission =
        Admission.ofRecorded(number, switches, recorded.attributes(), recorded.unpaired());
    return generation
        .rerun(found.get(), admission, inputs(recorded))
        .whenComplete((_, _) -> generation.leave());
  }

  private static CompletableFuture<Rerun> notRun(Request recorded, String why) {
    recorded.inputs().values().forEach(Tensor::close);
    return CompletableFuture.completedFuture(new Rerun.NotRun(why));
  }

  /** What is wrong with {@code tensor} as the input of this name; empty if it fits. */
  public Optional<String> problem(String name, Tensor tensor) {
    return check.problem(name, tensor);
  }

  /** Takes note of the answer to a frame that had come in. */
  void answered(Admission admitted, Answer answer) {
    ended(admitted.lane(), admitted.attribute(Request.TENANT), answer);
    patience.answered();
  }

  /** Takes note that a caller left without an answer. */
  void callerLeft(long waitedNanos) {
    patience.left(waitedNanos, node.clock().nanos());
  }

  /**
   * Frees the place of {@code frame}; its answer goes out only then, so the caller finds it free.
   */
  void left(Frame frame) {
    var ledger = node.loops().ledger(frame.loop());
    var now = node.clock().nanos();
    if (frame.isThrough() || frame.isExpired(now)) {
      ledger.took(frame, frame.admitted().aheadNanos(), now - frame.admitted().nanos());
    }
    ledger.leave(frame);
    node.loops().left(frame.lane());
    entrance.leave(frame.tenant(), frame.admitted().bytes());
  }

  private CompletableFuture<Answer> admit(
      Generation generation, Request request, String tenant, long bytes, boolean helps) {
    var now = node.clock().nanos();
    var lane = request.lane().orElse(manifest.lane());
    var deadline = request.deadline().orElse(manifest.deadline());
    var budget = AdmissionRule.budgetNanos(deadline);
    var loop = node.loops().choose(lane, tenant, now, !helps);
    var ledger = node.loops().ledger(loop);
    var expected = generation.expected();
    var ahead = 0L;
    var runsLate = true;
    if (manifest.door().admission() == Door.Admission.PREDICT && !request.isCheap()) {
      ahead = ledger.nanosAhead(lane, tenant);
      var wait = ledger.waitNanos(lane, tenant);
      var time = patience.within(budget, expected, now);
      var retry = AdmissionRule.retryAfter(wait, expected, time);
      runsLate = retry.isPresent() && generation.probes(expected, budget, now);
      if (retry.isPresent() && !runsLate) {
        generation.leave();
        entrance.leave(tenant, bytes);
        return refuse(request, dropped(DropReason.DEADLINE_OUT_OF_REACH, retry));
      }
    }
    var number = numbers.getAndIncrement();
    var inputs = inputs(request);
    var admission =
        new Admission(
            number,
            loop,
            lane,
            now,
            now + budget,
            ahead,
            expected.meanNanos(),
            bytes,
            false,
            runsLate,
            switches,
            request.attributes(),
            request.unpaired(),
            trace(generation, number, request, tenant, inputs));
    var frame = generation.newFrame(admission, inputs);
    ledger.enter(frame);
    node.loops().arrived(lane);
    node.arrivals().accept(frame.deadlineNanos());
    var thread = node.loops().thread(loop);
    var isBorrowed = helps && thread != null && thread.borrow();
    // The answer is taken first: once dispatched, the frame belongs to its loop.
    var answer = frame.answer();
    try {
      frame.dispatch(frame.start());
    } finally {
      if (isBorrowed && thread != null) {
        thread.runUntil(answer::isDone);
      }
    }
    return answer;
  }

  private @Nullable FrameTrace trace(
      Generation generation,
      long number,
      Request request,
      String tenant,
      @Nullable Tensor[] inputs) {
    if (recorder == null) {
      return null;
    }
    var capture = recorder.capture(manifest.capture().orElseThrow(), manifest, tenant);
    if (!capture.takes(number, request.attributes().getOrDefault("session", ""))) {
      recorder.passedOver(capture);
      return null;
    }
    return new FrameTrace(recorder, capture, generation.plan(), inputs);
  }

  private @Nullable Tensor[] inputs(Request request) {
    var inputs = new @Nullable Tensor[manifest.inputs().size()];
    for (var i = 0; i < inputs.length; i++) {
      inputs[i] = request.inputs().get(manifest.inputs().get(i).spec().name());
    }
    return inputs;
  }

  private @Nullable Generation enter() {
    for (var generation = current; generation != null; generation = current) {
      if (generation.tryEnter()) {
        return generation;
      }
    }
    return null;
  }

  /** Until a place is free: what a frame takes, as places come free one by one. */
  private Duration pause() {
    var generation = current;
    var own = generation == null ? 0 : generation.expected().meanNanos();
    return Duration.ofNanos(Math.max(own / node.loops().count(), RETRY_MIN_NANOS));
  }

  private Answer dropped(DropReason reason, Optional<Duration> retryAfter) {
    return new Answer.Dropped(reason, manifest.name(), retryAfter, Timings.none());
  }

  private CompletableFuture<Answer> refuse(Request request, Answer answer) {
    request.inputs().values().forEach(Tensor::close);
    ended(request.lane().orElse(manifest.lane()), request.tenant(), answer);
    return CompletableFuture.completedFuture(answer);
  }

  private void ended(Lane lane, String tenant, Answer answer) {
    counters.ended(answer);
    node.answers().answered(manifest.name(), lane, tenant, answer);
  }
}
