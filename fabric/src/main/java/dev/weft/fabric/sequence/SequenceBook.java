package dev.weft.fabric.sequence;

import dev.weft.fabric.pipeline.Answer;
import dev.weft.fabric.pipeline.DropReason;
import dev.weft.fabric.pipeline.Request;
import dev.weft.fabric.pipeline.Timings;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.tensor.Tensor;
import dev.weft.stages.tensor.TensorMemoryException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The sequences of one pipeline: what waits, whose turn it is, and what each frame leaves to the
 * next. Decides only; a {@link SequenceDoor} acts. One thread at a time, no clock.
 */
final class SequenceBook {

  private static final Comparator<PendingStep> BY_DEADLINE =
      Comparator.<PendingStep>comparingLong(step -> step.deadlineNanos)
          .thenComparingLong(step -> step.number);

  /** The attribute that splits and shares stick to. */
  private static final String SESSION = "session";

  private final String pipeline;
  private final StateSpec spec;
  private final SequencePlaces places;
  private final SequenceSettings settings;
  private final SequenceCounters counters;
  private final long waitingBytesMax;
  private final Map<SequenceKey, Sequence> sequences = new HashMap<>();

  /** Those in which nothing runs, the one that did so longest ago first. */
  private final Set<Sequence> idle = new LinkedHashSet<>();

  private final NavigableSet<PendingStep> waiting = new TreeSet<>(BY_DEADLINE);
  private long waitingBytes;
  private long numbers;
  private int running;
  private boolean closed;

  /**
   * @param waitingBytesMax most input bytes of steps that wait
   */
  SequenceBook(
      String pipeline,
      StateSpec spec,
      SequencePlaces places,
      SequenceCounters counters,
      long waitingBytesMax) {
    this.pipeline = pipeline;
    this.spec = spec;
    this.places = places;
    this.settings = places.settings();
    this.counters = counters;
    this.waitingBytesMax = waitingBytesMax;
  }

  /**
   * Puts a step in line behind those of its sequence; why not, if it is not taken in.
   *
   * @param refusal if it is refused whatever stands here
   */
  Optional<Answer> offer(PendingStep step, Optional<Answer> refusal) {
    if (closed) {
      return Optional.of(dropped(DropReason.UNLOADING));
    }
    var sequence = sequences.get(step.key);
    if (sequence == null && refusal.isPresent()) {
      return refusal;
    }
    if (sequence == null) {
      if (!step.step.starts()) {
        return Optional.of(unknown(step));
      }
      var full = places.enter(step.key.tenant(), spec.bytes());
      if (full.isPresent()) {
        return full.map(why -> failed(step, why.code(), why.why()));
      }
      sequence = new Sequence(step.key);
      sequences.put(step.key, sequence);
    }
    step.sequence = sequence;
    step.number = numbers++;
    var sequenceOf = sequence;
    var why = refusal.or(() -> full(sequenceOf, step));
    if (why.isPresent()) {
      passOver(sequence, step);
      return why;
    }
    idle.remove(sequence); // Now, not at its turn: it must not expire before that.
    sequence.waiting.add(step);
    waiting.add(step);
    waitingBytes += step.bytes;
    return Optional.empty();
  }

  private Optional<Answer> full(Sequence sequence, PendingStep step) {
    if (sequence.inside() > settings.waitingMax()) {
      var why =
          "%d frames wait or run (expected: < %d)"
              .formatted(sequence.inside(), settings.waitingMax() + 1);
      return Optional.of(failed(step, ErrorCode.OVERLOADED, why));
    }
    if (sequence.inside() > 0 && step.bytes > waitingBytesMax - waitingBytes) {
      var why =
          "%d bytes on top of %d of frames that wait (expected: <= %d in all)"
              .formatted(step.bytes, waitingBytes, waitingBytesMax);
      return Optional.of(failed(step, ErrorCode.OVERLOADED, why));
    }
    return Optional.empty();
  }

  /** Those behind a start that is refused must not go on from what was before it. */
  private void passOver(Sequence sequence, PendingStep step) {
    step.isOver = true;
    var last = sequence.waiting.peekLast();
    if (step.step.starts() && (last == null || !last.isOver)) {
      sequence.waiting.add(step);
    }
  }

  /** Begins the next step of a sequence; null if there is none, or one runs. */
  @Nullable Turn next(Sequence sequence, long now) {
    if (sequence.running != null) {
      return null;
    }
    var step = sequence.waiting.poll();
    if (step == null) {
      rest(sequence, now);
      return null;
    }
    forget(step);
    idle.remove(sequence);
    sequence.running = step;
    running++;
    return turn(sequence, step, now);
  }

  private Turn turn(Sequence sequence, PendingStep step, long now) {
    if (step.step.starts()) {
      end(sequence, SequenceEnd.RESTARTED);
    }
    if (step.isOver) {
      return new Turn.Over(step);
    }
    if (step.deadlineNanos <= now) {
      return new Turn.Refused(step, dropped(DropReason.DEADLINE_EXCEEDED));
    }
    try {
      if (step.step.starts()) {
        sequence.state = spec.zeros(places.tensors());
        counters.started();
      }
      var state = sequence.state;
      if (state == null) {
        return new Turn.Refused(step, unknown(step));
      }
      var room =
          step.step.ends()
              ? Optional.<StateTensors>empty()
              : Optional.of(spec.room(places.tensors()));
      return new Turn.Run(step, request(step, state, now), room);
    } catch (TensorMemoryException e) {
      var why = "no memory for what it leaves: " + e.getMessage();
      return new Turn.Refused(step, failed(step, ErrorCode.OUT_OF_MEMORY, why));
    }
  }

  private static Request request(PendingStep step, StateTensors state, long now) {
    var inputs = new LinkedHashMap<String, Tensor>(step.request.inputs());
    inputs.putAll(state.lent());
    var attributes = new LinkedHashMap<String, String>(step.request.attributes());
    attributes.putIfAbsent(SESSION, step.key.id());
    var left = Duration.ofNanos(step.deadlineNanos - now);
    return new Request(
        inputs, attributes, step.request.lane(), Optional.of(left), step.request.unpaired());
  }

  /**
   * Takes note that a step has ended.
   *
   * @param isAnswered whether its frame went through; otherwise it leaves nothing behind
   * @param isLeft whether the room of its turn has the state that it leaves
   */
  void ended(Turn turn, boolean isAnswered, boolean isLeft) {
    var step = turn.step();
    var sequence = sequence(step);
    sequence.running = null;
    running--;
    var room = turn instanceof Turn.Run run ? run.room() : Optional.<StateTensors>empty();
    var state = sequence.state;
    if (isLeft && state != null) {
      state.close();
      sequence.state = room.orElseThrow();
    } else {
      room.ifPresent(StateTensors::close);
    }
    if (isAnswered && step.step.ends()) {
      end(sequence, SequenceEnd.ENDED);
    } else if (!isAnswered && step.step.starts()) {
      end(sequence, SequenceEnd.FAILED);
    }
    if (closed) {
      end(sequence, SequenceEnd.UNLOADED);
    }
  }

  /** Takes a step out of the line; false if it is not in it any more. */
  boolean withdraw(PendingStep step) {
    if (!waiting.contains(step)) {
      return false;
    }
    forget(step);
    if (step.step.starts()) {
      step.isOver = true; // In line still, so that those behind it do not go on from before it.
    } else {
      sequence(step).waiting.remove(step);
    }
    return true;
  }

  /** Takes the steps out of the line whose deadline has passed. */
  List<PendingStep> overdue(long now) {
    var overdue = new ArrayList<PendingStep>();
    while (!waiting.isEmpty() && waiting.first().deadlineNanos <= now) {
      var step = waiting.first();
      withdraw(step);
      overdue.add(step);
    }
    return overdue;
  }

  /** Ends the sequences that have been idle for too long. */
  void expire(long now) {
    var timeout = settings.idleTimeout().toNanos();
    for (var all = idle.iterator(); all.hasNext(); ) {
      var sequence = all.next();
      if (now - sequence.idleSinceNanos < timeout) {
        return;
      }
      all.remove();
      end(sequence, SequenceEnd.EXPIRED);
      leave(sequence);
    }
  }

  /** When there is something to do again; empty if that depends on steps that come or end. */
  OptionalLong nextDue() {
    var due = OptionalLong.empty();
    if (!idle.isEmpty()) {
      var first = idle.iterator().next();
      due = OptionalLong.of(first.idleSinceNanos + settings.idleTimeout().toNanos());
    }
    if (!waiting.isEmpty()) {
      var deadline = waiting.first().deadlineNanos;
      due = OptionalLong.of(due.isPresent() ? Math.min(due.getAsLong(), deadline) : deadline);
    }
    return due;
  }

  /** Ends all sequences, those that run when their frame does, and gives the steps that wait. */
  List<PendingStep> close() {
    closed = true;
    var left = List.copyOf(waiting);
    waiting.clear();
    waitingBytes = 0;
    idle.clear();
    for (var sequence : List.copyOf(sequences.values())) {
      sequence.waiting.clear();
      if (sequence.running == null) {
        end(sequence, SequenceEnd.UNLOADED);
        leave(sequence);
      }
    }
    return left;
  }

  /** Whether all has ended, and nothing comes. */
  boolean isOver() {
    return closed && running == 0;
  }

  /** A step's answer to what is no step of a sequence under way. */
  private Answer unknown(PendingStep step) {
    var why =
        "unknown (expected: sequence_start, as none began, it ended, or nothing came for %s)"
            .formatted(settings.idleTimeout());
    return failed(step, ErrorCode.INVALID_INPUT, why);
  }

  private Answer failed(PendingStep step, ErrorCode code, String why) {
    return new Answer.Failed(
        code,
        "sequence '%s' of pipeline '%s': %s".formatted(step.key.id(), pipeline, why),
        Timings.none());
  }

  private Answer dropped(DropReason reason) {
    return new Answer.Dropped(reason, pipeline, Timings.none());
  }

  private void rest(Sequence sequence, long now) {
    if (sequence.state == null) {
      leave(sequence);
    } else if (idle.add(sequence)) {
      sequence.idleSinceNanos = now;
    }
  }

  private void leave(Sequence sequence) {
    if (sequences.remove(sequence.key, sequence)) {
      places.leave(sequence.key.tenant(), spec.bytes());
    }
  }

  private void end(Sequence sequence, SequenceEnd why) {
    var state = sequence.state;
    if (state != null) {
      state.close();
      sequence.state = null;
      counters.ended(why);
    }
  }

  private void forget(PendingStep step) {
    if (waiting.remove(step)) {
      waitingBytes -= step.bytes;
    }
  }

  private static Sequence sequence(PendingStep step) {
    var sequence = step.sequence;
    if (sequence == null) {
      throw new IllegalStateException("a step that was not taken in");
    }
    return sequence;
  }
}
