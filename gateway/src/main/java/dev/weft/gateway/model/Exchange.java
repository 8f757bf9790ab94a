package dev.weft.gateway.model;

import dev.weft.fabric.pipeline.Answer;
import dev.weft.fabric.pipeline.Quality;
import dev.weft.gateway.access.Guard;
import dev.weft.gateway.protocol.Classification;
import dev.weft.gateway.protocol.Fault;
import dev.weft.gateway.protocol.InferRequest;
import dev.weft.gateway.protocol.InferResponse;
import dev.weft.gateway.protocol.ProtocolException;
import dev.weft.gateway.protocol.RequestedOutput;
import dev.weft.gateway.protocol.SharedMemory;
import dev.weft.gateway.protocol.SharedPlace;
import dev.weft.gateway.tracing.RequestSpan;
import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.tensor.Tensor;
import dev.weft.stages.tensor.TensorAllocator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/**
 * One inference from the first byte of its request to the last of its answer, whichever protocol
 * carries it. Its model's statistics count it once, when it is closed: as a success if {@link
 * #succeeded} was called before. One thread at a time.
 */
public final class Exchange implements AutoCloseable {

  /** Parameter of an answer that was given before: its age in milliseconds. */
  private static final String STALE = "weft_stale_ms";

  private final Model model;
  private final TensorAllocator tensors;
  private final SharedMemory memory;
  private final long startedNanos;
  private final RequestSpan span;

  /** What was made for the answer; on lease until this is closed. */
  private final List<Tensor> made = new ArrayList<>(0);

  private long readNanos;
  private long answeredNanos;
  private boolean isCounted;

  private Exchange(
      Model model,
      TensorAllocator tensors,
      SharedMemory memory,
      long startedNanos,
      RequestSpan span) {
    this.model = model;
    this.tensors = tensors;
    this.memory = memory;
    this.startedNanos = startedNanos;
    this.span = span;
  }

  /**
   * @param tensors lends memory for what is made of outputs
   * @param memory of the caller, where outputs may be written
   * @param startedNanos of {@link System#nanoTime}, when the first byte was there
   * @param span told of the frame and of the answer that went out; stays the caller's
   */
  public static Exchange begin(
      Model model,
      TensorAllocator tensors,
      SharedMemory memory,
      long startedNanos,
      RequestSpan span) {
    return new Exchange(model, tensors, memory, startedNanos, span);
  }

  /**
   * Submits a request as it was read; never blocks. Its tensors go over to the fabric, unless it is
   * refused.
   *
   * @param admission of its caller, whose tenant it is run for
   * @param patience for how long its caller waits, if the protocol says so outside the request
   * @return see {@link dev.weft.fabric.embedded.Pipeline#submit}
   * @throws ProtocolException if it could not be answered, or not on the terms it names
   * @throws dev.weft.gateway.access.AccessException if it names a tenant its caller may not act for
   */
  public CompletableFuture<Answer> submit(
      InferRequest request, Guard.Admission admission, Optional<Duration> patience) {
    requireAnswerable(request);
    var asked = Terms.of(request.parameters(), model.signals().get());
    var terms = asked.withTenant(admission.tenant(asked.tenant()));
    var within = patience.map(terms::within).orElse(terms);
    readNanos = System.nanoTime() - startedNanos;
    var lane = within.lane().orElse(model.pipeline().manifest().lane());
    span.submitted(model.name(), lane, within.tenant());
    if (!model.keepsState()) {
      return model.pipeline().submit(within.request(request.handOver()));
    }
    var step = within.sequence().orElseThrow(this::outsideSequence);
    return model.pipeline().submit(within.request(request.handOver()), step);
  }

  private ProtocolException outsideSequence() {
    return new ProtocolException(
        Fault.INVALID,
        "parameter '%s': none (expected: one, as model '%s' keeps state between requests)"
            .formatted(Terms.SEQUENCE, model.name()));
  }

  /** Refuses, before anything is run, what could not be answered afterwards. */
  private void requireAnswerable(InferRequest request) {
    var asked = new HashSet<String>();
    for (var output : request.outputs()) {
      var spec = model.output(output.name()).orElseThrow(() -> unknown(output));
      if (!asked.add(output.name())) {
        throw new ProtocolException(
            Fault.INVALID, "output '%s': twice (expected: once)".formatted(output.name()));
      }
      if (output.classes() > 0 && !Classification.takes(spec.datatype())) {
        throw new ProtocolException(
            Fault.INVALID,
            "output '%s': classification of %s (expected: of numbers)"
                .formatted(output.name(), spec.datatype()));
      }
    }
    for (var spec : model.outputs()) {
      var isHalf = spec.datatype() == Datatype.FP16 || spec.datatype() == Datatype.BF16;
      var isWanted = asked.isEmpty() || asked.contains(spec.name());
      if (isHalf
          && isWanted
          && !request.wantsBinary(spec.name())
          && request.wantsValues(spec.name())) {
        throw new ProtocolException(
            Fault.INVALID,
            "output '%s': %s as numbers (expected: it to be asked for in binary)"
                .formatted(spec.name(), spec.datatype()));
      }
    }
  }

  private ProtocolException unknown(RequestedOutput output) {
    var names = model.outputs().stream().map(spec -> spec.name()).toList();
    return new ProtocolException(
        Fault.INVALID,
        "output '%s' of model '%s': unknown (expected: of %s)"
            .formatted(output.name(), model.name(), names));
  }

  /**
   * What is answered: the outputs that were asked for and are there, on lease as long as {@code
   * completed} and this are open.
   *
   * @throws ProtocolException if an output cannot be given in the form that is asked for
   */
  public InferResponse response(InferRequest request, Answer.Completed completed) {
    answeredNanos = System.nanoTime();
    var outputs = new ArrayList<InferResponse.Output>();
    if (request.outputs().isEmpty()) {
      completed.outputs().forEach((name, tensor) -> outputs.add(output(request, name, tensor)));
    }
    for (var asked : request.outputs()) {
      var tensor = completed.outputs().get(asked.name());
      if (tensor != null) {
        outputs.add(placed(request, asked, asAsked(asked, tensor)));
      }
    }
    return new InferResponse(
        model.name(), Model.VERSION, request.id(), told(completed.quality()), outputs);
  }

  private static InferResponse.Output output(InferRequest request, String name, Tensor tensor) {
    return new InferResponse.Output(name, tensor, request.wantsBinary(name));
  }

  private InferResponse.Output placed(InferRequest request, RequestedOutput asked, Tensor tensor) {
    if (asked.shared().isEmpty()) {
      return output(request, asked.name(), tensor);
    }
    var at = asked.shared().get();
    var place = "output '%s'".formatted(asked.name());
    if (tensor.byteSize() > at.bytes()) {
      throw new ProtocolException(
          Fault.INVALID,
          "%s: %d bytes (expected: <= the %d of '%s')"
              .formatted(place, tensor.byteSize(), at.bytes(), SharedPlace.BYTES));
    }
    memory.write(place, at, tensor.buffer());
    var written = new SharedPlace(at.region(), at.offset(), tensor.byteSize());
    return new InferResponse.Output(
        asked.name(), tensor, request.wantsBinary(asked.name()), Optional.of(written));
  }

  private Tensor asAsked(RequestedOutput asked, Tensor tensor) {
    if (asked.classes() == 0) {
      return tensor;
    }
    var classes = Classification.of(asked.name(), tensor, asked.classes(), tensors);
    made.add(classes);
    return classes;
  }

  /** What an answer lacks, as parameters; none if it lacks nothing. */
  private static Map<String, String> told(Quality quality) {
    if (quality.skipped().isEmpty() && quality.degraded().isEmpty() && quality.stale().isEmpty()) {
      return Map.of();
    }
    var told = new LinkedHashMap<String, String>();
    quality.stale().ifPresent(age -> told.put(STALE, Long.toString(age.toMillis())));
    tell(told, "weft_skipped", quality.skipped().stream().map(each -> each.step()).toList());
    var off = quality.skipped().stream().flatMap(each -> each.flag().stream());
    tell(
        told,
        "weft_flags_off",
        off.map(flag -> "%s (%s)".formatted(flag.name(), flag.why())).distinct().toList());
    tell(told, "weft_degraded", quality.degraded().stream().map(each -> each.step()).toList());
    return told;
  }

  private static void tell(Map<String, String> told, String name, List<String> steps) {
    if (!steps.isEmpty()) {
      told.put(name, steps.stream().collect(Collectors.joining(",")));
    }
  }

  /** Says that the {@link #response} went out. */
  public void succeeded(Answer.Completed completed) {
    isCounted = true;
    span.delivered();
    var now = System.nanoTime();
    if (completed.quality().stale().isPresent()) {
      model.statistics().given(readNanos, now - answeredNanos, now - startedNanos);
      return;
    }
    model
        .statistics()
        .succeeded(
            System.currentTimeMillis(),
            readNanos,
            completed.timings(),
            now - answeredNanos,
            now - startedNanos);
  }

  @Override
  public void close() {
    made.forEach(Tensor::close);
    made.clear();
    if (!isCounted) {
      isCounted = true;
      model.statistics().failed(System.nanoTime() - startedNanos);
    }
  }
}
