package dev.weft.gateway.model;

import dev.weft.fabric.embedded.Pipeline;
import dev.weft.fabric.manifest.TensorRef;
import dev.weft.fabric.session.SignalSchema;
import dev.weft.stages.spi.Dim;
import dev.weft.stages.spi.TensorSpec;
import dev.weft.stages.tensor.Datatype;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * A deployed pipeline as a model of the protocol. A pipeline has one version at a time, and that is
 * {@value #VERSION}: variants of its stages are swapped behind it.
 *
 * @param inputs what a request gives; the optional ones too, but not what is state
 * @param outputs what an answer has, which is not state; those of skipped steps may be absent
 * @param signals that its clients may tell with a request, now
 */
public record Model(
    Pipeline pipeline,
    List<TensorSpec> inputs,
    List<TensorSpec> outputs,
    Supplier<SignalSchema> signals,
    ModelStatistics statistics) {

  /** The only version of every model. */
  public static final String VERSION = "1";

  public Model {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }

  static Model of(Pipeline pipeline, Supplier<SignalSchema> signals) {
    var manifest = pipeline.manifest();
    var state = manifest.state();
    var inputs =
        manifest.inputs().stream()
            .map(input -> input.spec())
            .filter(spec -> !state.containsKey(spec.name()))
            .toList();
    var outputs = new ArrayList<TensorSpec>();
    for (var output : manifest.outputs()) {
      if (state.containsValue(output.name())) {
        continue;
      }
      source(pipeline, output.from())
          .map(
              spec ->
                  new TensorSpec(
                      output.name(), spec.datatype(), spec.shape(), spec.layout(), spec.semantic()))
          .ifPresent(outputs::add);
    }
    return new Model(pipeline, inputs, outputs, signals, new ModelStatistics());
  }

  private static Optional<TensorSpec> source(Pipeline pipeline, TensorRef from) {
    var manifest = pipeline.manifest();
    if (from.step().isEmpty()) {
      return named(manifest.inputs().stream().map(input -> input.spec()).toList(), from.tensor());
    }
    return manifest
        .step(from.step().get())
        .flatMap(step -> Optional.ofNullable(pipeline.stages().get(step.stage())))
        .flatMap(stage -> named(stage.abi().outputs(), from.tensor()));
  }

  private static Optional<TensorSpec> named(List<TensorSpec> specs, String name) {
    return specs.stream().filter(spec -> spec.name().equals(name)).findFirst();
  }

  public String name() {
    return pipeline.name();
  }

  /** Whether it hands on state from one request of a sequence to the next. */
  public boolean keepsState() {
    return !pipeline.manifest().state().isEmpty();
  }

  /** Microseconds without a request after which a sequence ends; empty if it keeps no state. */
  public OptionalLong sequenceIdleMicros() {
    return pipeline
        .sequenceIdleTimeout()
        .map(idle -> OptionalLong.of(idle.toNanos() / 1000))
        .orElse(OptionalLong.empty());
  }

  /** What it hands on, by the input that has it; the outputs it is taken from by name. */
  public Map<TensorSpec, String> state() {
    var state = new LinkedHashMap<TensorSpec, String>();
    for (var input : pipeline.manifest().inputs()) {
      var output = pipeline.manifest().state().get(input.spec().name());
      if (output != null) {
        state.put(input.spec(), output);
      }
    }
    return state;
  }

  /** Whether a frame that comes now would be let in. */
  public boolean isReady() {
    return pipeline.plan().isPresent();
  }

  /** The output of this name, if the model has it. */
  public Optional<TensorSpec> output(String name) {
    return named(outputs, name);
  }

  /** Its signature, as the protocol's model metadata. */
  public Map<String, Object> metadata() {
    var object = new LinkedHashMap<String, Object>();
    object.put("name", name());
    object.put("versions", List.of(VERSION));
    object.put("platform", platform());
    object.put("inputs", inputs.stream().map(Model::metadata).toList());
    object.put("outputs", outputs.stream().map(Model::metadata).toList());
    return object;
  }

  /**
   * Its signature and state, as the model configuration of Triton's extension; no batching is
   * declared.
   */
  public Map<String, Object> config() {
    var object = new LinkedHashMap<String, Object>();
    object.put("name", name());
    object.put("platform", platform());
    object.put("max_batch_size", 0);
    object.put("input", inputs.stream().map(Model::config).toList());
    object.put("output", outputs.stream().map(Model::config).toList());
    sequenceIdleMicros()
        .ifPresent(
            idle -> {
              var batching = new LinkedHashMap<String, Object>();
              batching.put("max_sequence_idle_microseconds", idle);
              batching.put("state", state().entrySet().stream().map(Model::stateConfig).toList());
              object.put("sequence_batching", batching);
            });
    var told = signalParameters();
    if (!told.isEmpty()) {
      var parameters = new LinkedHashMap<String, Object>();
      told.forEach((name, kind) -> parameters.put(name, Map.of("string_value", kind)));
      object.put("parameters", parameters);
    }
    return object;
  }

  /** What a signal must be, by the request parameter that it is. */
  public Map<String, String> signalParameters() {
    var parameters = new TreeMap<String, String>();
    signals
        .get()
        .signals()
        .forEach((name, signal) -> parameters.put(Terms.SIGNAL + name, signal.kind().toString()));
    return parameters;
  }

  /** What became of its requests, as Triton's statistics extension has it. */
  public Map<String, Object> counted() {
    return statistics.snapshot().object(name());
  }

  /** What kind of model it is, in the protocol's words. */
  public String platform() {
    var stages = pipeline.stages().values();
    var isBare =
        pipeline.manifest().steps().size() == 1
            && stages.stream().allMatch(stage -> stage.uses().equals("onnx"));
    return isBare ? "onnx_onnxv1" : "weft_pipeline";
  }

  private static Map<String, Object> metadata(TensorSpec spec) {
    var object = new LinkedHashMap<String, Object>();
    object.put("name", spec.name());
    object.put("datatype", spec.datatype().name());
    object.put("shape", dims(spec));
    return object;
  }

  /** The datatype of a tensor in the words of Triton's model configuration. */
  public static String configType(TensorSpec spec) {
    return "TYPE_" + (spec.datatype() == Datatype.BYTES ? "STRING" : spec.datatype().name());
  }

  private static Map<String, Object> config(TensorSpec spec) {
    var object = new LinkedHashMap<String, Object>();
    object.put("name", spec.name());
    object.put("data_type", configType(spec));
    object.put("dims", dims(spec));
    return object;
  }

  private static Map<String, Object> stateConfig(Map.Entry<TensorSpec, String> state) {
    var spec = state.getKey();
    var first = new LinkedHashMap<String, Object>();
    first.put("data_type", configType(spec));
    first.put("dims", dims(spec));
    first.put("zero_data", true);
    first.put("name", spec.name());
    var object = new LinkedHashMap<String, Object>();
    object.put("input_name", spec.name());
    object.put("output_name", state.getValue());
    object.put("data_type", configType(spec));
    object.put("dims", dims(spec));
    object.put("initial_state", List.of(first));
    return object;
  }

  /** The dimensions of a tensor; -1 for one that varies. */
  public static List<Long> dims(TensorSpec spec) {
    return spec.shape().stream()
        .map(
            dim ->
                switch (dim) {
                  case Dim.Fixed(var size) -> size;
                  case Dim.Named _, Dim.Any _ -> -1L;
                })
        .toList();
  }
}
