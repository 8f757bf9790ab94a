package dev.weft.fabric.pairing;

import dev.weft.fabric.manifest.Pairing;
import dev.weft.fabric.manifest.PipelineManifest.Input;
import dev.weft.fabric.pairing.Offered.Answered;
import dev.weft.fabric.pairing.Offered.Joined;
import dev.weft.fabric.pipeline.Answer;
import dev.weft.fabric.pipeline.DropReason;
import dev.weft.fabric.pipeline.FabricClock;
import dev.weft.fabric.pipeline.PipelineDoor;
import dev.weft.fabric.pipeline.Request;
import dev.weft.fabric.pipeline.Timed;
import dev.weft.fabric.pipeline.Timings;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.tensor.Tensor;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Where inputs enter a pipeline one by one: each waits in a {@link PairingBuffer} until its frame
 * is decided, which then goes through the {@link PipelineDoor}. Never blocks. Threadsafe.
 *
 * <p>The buffer is guarded by this object's lock, under which no code of callers ever runs: frames
 * are put into a line and submitted in that order by one thread at a time, without the lock.
 */
public final class PairingDoor implements Timed {

  private record Entry(TimedInput input, CompletableFuture<Offered> outcome) {}

  /**
   * What goes on together.
   *
   * @param refusal why it is no frame
   */
  private record Exit(List<Entry> entries, List<String> absent, Optional<Answer> refusal) {}

  private final PipelineDoor door;
  private final Pairing pairing;
  private final int keysMax;
  private final FabricClock clock;
  private final PairingBuffer<Entry> buffer;
  private final Queue<Exit> leaving = new ArrayDeque<>();
  private final AtomicInteger sends = new AtomicInteger();
  private Runnable alarm = () -> {};
  private boolean alarmed;
  private boolean closed;

  /**
   * @param keysMax most keys whose inputs are paired at once
   * @throws IllegalArgumentException if {@code pairing} does not fit the pipeline's inputs
   */
  public PairingDoor(PipelineDoor door, Pairing pairing, int keysMax, FabricClock clock) {
    this.door = door;
    this.pairing = pairing;
    this.keysMax = keysMax;
    this.clock = clock;
    this.buffer = new PairingBuffer<>(pairing, keysMax, this::line);
    requireFit(door.manifest().inputs(), pairing);
  }

  /** The one that {@code door}'s manifest declares, if any. */
  public static Optional<PairingDoor> of(PipelineDoor door, int keysMax, FabricClock clock) {
    return door.manifest().pairing().map(pairing -> new PairingDoor(door, pairing, keysMax, clock));
  }

  /**
   * Takes over one input until its partners come, and its tensor for good.
   *
   * @return what becomes of it. Answers complete on an inference loop or on the thread that let the
   *     input go, so dependent work that takes long belongs on another executor. Cancelling it
   *     changes nothing.
   */
  public CompletableFuture<Offered> offer(TimedInput input) {
    var entry = new Entry(input, new CompletableFuture<>());
    problem(input)
        .map(problem -> failed(ErrorCode.INVALID_INPUT, problem))
        .or(() -> takeIn(entry).map(this::dropped))
        .ifPresent(refusal -> send(new Exit(List.of(entry), List.of(), Optional.of(refusal))));
    sendAll();
    sound();
    return entry.outcome();
  }

  /**
   * Takes note that the source of {@code input} will bring nothing that happened before {@code
   * bound}: frames wait for it no longer. For sources that have something rarely, such as touch.
   *
   * @param key value of the attribute that the pairing goes by
   * @throws IllegalArgumentException if no such input is paired
   */
  public void nothingBefore(String input, Instant bound, String key) {
    promise(input, bound, key);
    sendAll();
  }

  /** Lets go of what has waited for the lateness. */
  @Override
  public Optional<Duration> expire() {
    var next = letGo();
    sendAll();
    return next;
  }

  /** Drops what waits, and what comes from now on. */
  public void close() {
    takeAllOut();
    sendAll();
  }

  /** Inputs that wait for partners now. */
  public synchronized int waiting() {
    return buffer.size();
  }

  /** Sounds whenever something begins to wait; until {@link #expire} gives empty, not again. */
  @Override
  public void onDue(Runnable other) {
    synchronized (this) {
      alarm = other;
      alarmed = false;
    }
    sound();
  }

  private synchronized Optional<DropReason> takeIn(Entry entry) {
    if (closed) {
      return Optional.of(DropReason.UNLOADING);
    }
    var input = entry.input();
    var key = input.attributes().getOrDefault(pairing.by(), "");
    var event = new TimedEvent<>(key, input.input(), input.eventTime(), entry);
    return leaving.size() < keysMax && buffer.offer(event, clock.nanos())
        ? Optional.empty()
        : Optional.of(DropReason.PAIRING_FULL);
  }

  private synchronized void promise(String input, Instant bound, String key) {
    buffer.promise(key, input, bound, clock.nanos());
  }

  private synchronized Optional<Duration> letGo() {
    var now = clock.nanos();
    buffer.expire(now);
    var next = buffer.nextDeadline();
    alarmed = next.isPresent();
    return next.isPresent()
        ? Optional.of(Duration.ofNanos(next.getAsLong() - now))
        : Optional.empty();
  }

  private synchronized void takeAllOut() {
    closed = true;
    for (var event : buffer.takeAll()) {
      var refusal = Optional.of(dropped(DropReason.UNLOADING));
      leaving.add(new Exit(List.of(event.value()), List.of(), refusal));
    }
  }

  /** Runs in the buffer, so under the lock. */
  private void line(Group<Entry> group) {
    var entries = group.events().stream().map(TimedEvent::value).toList();
    leaving.add(new Exit(entries, group.absent(), lacking(group.absent())));
  }

  private void sound() {
    var due = alarmIfDue();
    if (due != null) {
      due.run();
    }
  }

  private synchronized @Nullable Runnable alarmIfDue() {
    if (alarmed || buffer.size() == 0) {
      return null;
    }
    alarmed = true;
    return alarm;
  }

  /** Sends what is in line, unless a thread is at it, which then sends this too. */
  private void sendAll() {
    if (sends.getAndIncrement() > 0) {
      return;
    }
    var wanted = 1;
    while (wanted != 0) {
      for (var exit = nextExit(); exit != null; exit = nextExit()) {
        send(exit);
      }
      wanted = sends.addAndGet(-wanted);
    }
  }

  private synchronized @Nullable Exit nextExit() {
    return leaving.poll();
  }

  private void send(Exit exit) {
    var leader = exit.entries().getFirst();
    try {
      var request = request(exit);
      exit.refusal()
          .map(refusal -> door.turnAway(request, refusal))
          .orElseGet(() -> door.submit(request))
          .thenAccept(answer -> answer(leader, answer));
      var joined = new Joined(leader.input().input(), leader.input().eventTime());
      exit.entries().stream().skip(1).forEach(entry -> entry.outcome().complete(joined));
    } catch (RuntimeException e) {
      // A fault of ours: those inside are still answered, and the line moves on.
      var failed = new Answered(failed(ErrorCode.INTERNAL, e.toString()));
      exit.entries().forEach(entry -> entry.outcome().complete(failed));
    }
  }

  private static void answer(Entry leader, Answer answer) {
    if (!leader.outcome().complete(new Answered(answer))) {
      // Whoever offered it has cancelled, so nobody else closes it.
      answer.close();
    }
  }

  private static Request request(Exit exit) {
    var tensors = new LinkedHashMap<String, Tensor>();
    var inputs = exit.entries().stream().map(Entry::input).toList();
    inputs.forEach(input -> tensors.put(input.input(), input.tensor()));
    return new Request(
        tensors, attributes(inputs), Optional.empty(), Optional.empty(), exit.absent());
  }

  /** Of all {@code inputs} together; where they disagree, the first has its way. */
  static Map<String, String> attributes(List<TimedInput> inputs) {
    var attributes = new LinkedHashMap<String, String>();
    inputs.reversed().forEach(input -> attributes.putAll(input.attributes()));
    return attributes;
  }

  private Optional<String> problem(TimedInput input) {
    var of = "input '%s' of pipeline '%s': ".formatted(input.input(), door.manifest().name());
    if (!pairing.inputs().contains(input.input())) {
      return Optional.of(of + "not paired (expected: one of %s)".formatted(pairing.inputs()));
    }
    if (!input.attributes().containsKey(pairing.by())) {
      return Optional.of(
          of + "no attribute '%s' (expected: what to pair by)".formatted(pairing.by()));
    }
    return door.problem(input.input(), input.tensor());
  }

  /** The answer to inputs without these, if there can be no frame without them. */
  private Optional<Answer> lacking(List<String> absent) {
    return door.manifest().inputs().stream()
            .filter(Input::required)
            .anyMatch(input -> absent.contains(input.spec().name()))
        ? Optional.of(dropped(DropReason.UNPAIRED))
        : Optional.empty();
  }

  private Answer dropped(DropReason reason) {
    return new Answer.Dropped(reason, door.manifest().name(), Timings.none());
  }

  private static Answer failed(ErrorCode code, String message) {
    return new Answer.Failed(code, message, Timings.none());
  }

  private static void requireFit(List<Input> inputs, Pairing pairing) {
    var names = inputs.stream().map(input -> input.spec().name()).collect(Collectors.toSet());
    if (!names.containsAll(pairing.inputs())) {
      throw new IllegalArgumentException(
          "pairing.inputs: %s (expected: only inputs of the pipeline)".formatted(pairing.inputs()));
    }
    for (var input : inputs) {
      if (input.required() && !pairing.inputs().contains(input.spec().name())) {
        throw new IllegalArgumentException(
            "pairing.inputs: %s (expected: '%s' too, as it is required)"
                .formatted(pairing.inputs(), input.spec().name()));
      }
    }
  }
}
