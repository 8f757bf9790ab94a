package dev.weft.gateway.grpc;

import dev.weft.gateway.grpc.generated.DataType;
import dev.weft.gateway.grpc.generated.InferStatistics;
import dev.weft.gateway.grpc.generated.ModelConfig;
import dev.weft.gateway.grpc.generated.ModelInput;
import dev.weft.gateway.grpc.generated.ModelMetadataResponse;
import dev.weft.gateway.grpc.generated.ModelMetadataResponse.TensorMetadata;
import dev.weft.gateway.grpc.generated.ModelOutput;
import dev.weft.gateway.grpc.generated.ModelParameter;
import dev.weft.gateway.grpc.generated.ModelSequenceBatching;
import dev.weft.gateway.grpc.generated.ModelStatistics;
import dev.weft.gateway.grpc.generated.StatisticDuration;
import dev.weft.gateway.model.Model;
import dev.weft.gateway.model.ModelStatistics.Total;
import dev.weft.stages.spi.TensorSpec;

/** What there is to say of a model, as messages. */
final class ModelMessages {

  private ModelMessages() {}

  /** Its signature. */
  static ModelMetadataResponse metadata(Model model) {
    return ModelMetadataResponse.newBuilder()
        .setName(model.name())
        .addVersions(Model.VERSION)
        .setPlatform(model.platform())
        .addAllInputs(model.inputs().stream().map(ModelMessages::metadata).toList())
        .addAllOutputs(model.outputs().stream().map(ModelMessages::metadata).toList())
        .build();
  }

  private static TensorMetadata metadata(TensorSpec spec) {
    return TensorMetadata.newBuilder()
        .setName(spec.name())
        .setDatatype(spec.datatype().name())
        .addAllShape(Model.dims(spec))
        .build();
  }

  /** Its signature and state in the form of Triton's configuration; no batching is declared. */
  static ModelConfig config(Model model) {
    var config = ModelConfig.newBuilder().setName(model.name()).setPlatform(model.platform());
    for (var spec : model.inputs()) {
      config.addInput(
          ModelInput.newBuilder()
              .setName(spec.name())
              .setDataType(DataType.valueOf(Model.configType(spec)))
              .addAllDims(Model.dims(spec)));
    }
    for (var spec : model.outputs()) {
      config.addOutput(
          ModelOutput.newBuilder()
              .setName(spec.name())
              .setDataType(DataType.valueOf(Model.configType(spec)))
              .addAllDims(Model.dims(spec)));
    }
    model
        .sequenceIdleMicros()
        .ifPresent(idle -> config.setSequenceBatching(sequences(model, idle)));
    model
        .signalParameters()
        .forEach(
            (name, kind) ->
                config.putParameters(
                    name, ModelParameter.newBuilder().setStringValue(kind).build()));
    return config.build();
  }

  private static ModelSequenceBatching sequences(Model model, long idleMicros) {
    var sequences = ModelSequenceBatching.newBuilder().setMaxSequenceIdleMicroseconds(idleMicros);
    model
        .state()
        .forEach(
            (spec, output) -> {
              var type = DataType.valueOf(Model.configType(spec));
              sequences.addState(
                  ModelSequenceBatching.State.newBuilder()
                      .setInputName(spec.name())
                      .setOutputName(output)
                      .setDataType(type)
                      .addAllDims(Model.dims(spec))
                      .addInitialState(
                          ModelSequenceBatching.InitialState.newBuilder()
                              .setDataType(type)
                              .addAllDims(Model.dims(spec))
                              .setZeroData(true)
                              .setName(spec.name())));
            });
    return sequences.build();
  }

  /** What became of its requests. */
  static ModelStatistics statistics(Model model) {
    var counted = model.statistics().snapshot();
    return ModelStatistics.newBuilder()
        .setName(model.name())
        .setVersion(Model.VERSION)
        .setLastInference(counted.lastMillis())
        .setInferenceCount(counted.inferences())
        .setExecutionCount(counted.runs())
        .setInferenceStats(
            InferStatistics.newBuilder()
                .setSuccess(total(counted.success()))
                .setFail(total(counted.fail()))
                .setQueue(total(counted.queue()))
                .setComputeInput(total(counted.input()))
                .setComputeInfer(total(counted.infer()))
                .setComputeOutput(total(counted.output())))
        .build();
  }

  private static StatisticDuration total(Total total) {
    return StatisticDuration.newBuilder().setCount(total.count()).setNs(total.nanos()).build();
  }
}
