package dev.weft.gateway.grpc;

import com.google.protobuf.Message;
import dev.weft.gateway.access.Right;
import dev.weft.gateway.error.ErrorTable;
import dev.weft.gateway.grpc.generated.GRPCInferenceServiceGrpc;
import dev.weft.gateway.grpc.generated.LogSettingsRequest;
import dev.weft.gateway.grpc.generated.LogSettingsResponse;
import dev.weft.gateway.grpc.generated.ModelConfigRequest;
import dev.weft.gateway.grpc.generated.ModelConfigResponse;
import dev.weft.gateway.grpc.generated.ModelInferResponse;
import dev.weft.gateway.grpc.generated.ModelMetadataRequest;
import dev.weft.gateway.grpc.generated.ModelMetadataResponse;
import dev.weft.gateway.grpc.generated.ModelReadyRequest;
import dev.weft.gateway.grpc.generated.ModelReadyResponse;
import dev.weft.gateway.grpc.generated.ModelStatisticsRequest;
import dev.weft.gateway.grpc.generated.ModelStatisticsResponse;
import dev.weft.gateway.grpc.generated.ModelStreamInferResponse;
import dev.weft.gateway.grpc.generated.RepositoryIndexRequest;
import dev.weft.gateway.grpc.generated.RepositoryIndexResponse;
import dev.weft.gateway.grpc.generated.RepositoryModelLoadRequest;
import dev.weft.gateway.grpc.generated.RepositoryModelLoadResponse;
import dev.weft.gateway.grpc.generated.RepositoryModelUnloadRequest;
import dev.weft.gateway.grpc.generated.RepositoryModelUnloadResponse;
import dev.weft.gateway.grpc.generated.ServerLiveRequest;
import dev.weft.gateway.grpc.generated.ServerLiveResponse;
import dev.weft.gateway.grpc.generated.ServerMetadataRequest;
import dev.weft.gateway.grpc.generated.ServerMetadataResponse;
import dev.weft.gateway.grpc.generated.ServerReadyRequest;
import dev.weft.gateway.grpc.generated.ServerReadyResponse;
import dev.weft.gateway.grpc.generated.SystemSharedMemoryRegisterRequest;
import dev.weft.gateway.grpc.generated.SystemSharedMemoryRegisterResponse;
import dev.weft.gateway.grpc.generated.SystemSharedMemoryStatusRequest;
import dev.weft.gateway.grpc.generated.SystemSharedMemoryStatusResponse;
import dev.weft.gateway.grpc.generated.SystemSharedMemoryUnregisterRequest;
import dev.weft.gateway.grpc.generated.SystemSharedMemoryUnregisterResponse;
import dev.weft.gateway.grpc.generated.TraceSettingRequest;
import dev.weft.gateway.grpc.generated.TraceSettingResponse;
import dev.weft.gateway.model.Model;
import dev.weft.gateway.model.Serving;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCallHandler;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.StreamObserver;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Answers every method of the protocol but inferences, which have handlers of their own. */
final class InferenceService extends GRPCInferenceServiceGrpc.GRPCInferenceServiceImplBase {

  private final Serving serving;

  private InferenceService(Serving serving) {
    this.serving = serving;
  }

  /** The whole service; the messages of inferences come to their handlers unread. */
  static ServerServiceDefinition definition(
      Serving serving,
      ServerCallHandler<InputStream, ModelInferResponse> unary,
      ServerCallHandler<InputStream, ModelStreamInferResponse> stream) {
    var generated = new InferenceService(serving).bindService();
    var infer =
        unread(
            GRPCInferenceServiceGrpc.getModelInferMethod(),
            ModelInferResponse.getDefaultInstance());
    var streamInfer =
        unread(
            GRPCInferenceServiceGrpc.getModelStreamInferMethod(),
            ModelStreamInferResponse.getDefaultInstance());
    var others =
        generated.getMethods().stream()
            .filter(method -> !method.getMethodDescriptor().getFullMethodName().endsWith("Infer"))
            .toList();
    var described =
        ServiceDescriptor.newBuilder(GRPCInferenceServiceGrpc.SERVICE_NAME)
            .setSchemaDescriptor(
                GRPCInferenceServiceGrpc.getServiceDescriptor().getSchemaDescriptor())
            .addMethod(infer)
            .addMethod(streamInfer);
    others.forEach(method -> described.addMethod(method.getMethodDescriptor()));
    var service =
        ServerServiceDefinition.builder(described.build())
            .addMethod(infer, unary)
            .addMethod(streamInfer, stream);
    others.forEach(service::addMethod);
    return service.build();
  }

  private static <A extends Message> MethodDescriptor<InputStream, A> unread(
      MethodDescriptor<?, A> method, A answer) {
    return method.toBuilder(RawMessage.MARSHALLER, ProtoUtils.marshaller(answer)).build();
  }

  private static <A> void reply(StreamObserver<A> observer, Supplier<A> answer) {
    A given;
    try {
      given = answer.get();
    } catch (RuntimeException e) {
      observer.onError(Refusal.exception(ErrorTable.of(e)));
      return;
    }
    observer.onNext(given);
    observer.onCompleted();
  }

  /** An empty version is the newest. */
  private Model find(String name, String version) {
    return serving.models().find(name, version.isEmpty() ? Optional.empty() : Optional.of(version));
  }

  @Override
  public void serverLive(ServerLiveRequest request, StreamObserver<ServerLiveResponse> answer) {
    reply(answer, () -> ServerLiveResponse.newBuilder().setLive(true).build());
  }

  @Override
  public void serverReady(ServerReadyRequest request, StreamObserver<ServerReadyResponse> answer) {
    reply(answer, () -> ServerReadyResponse.newBuilder().setReady(serving.isReady()).build());
  }

  @Override
  public void modelReady(ModelReadyRequest request, StreamObserver<ModelReadyResponse> answer) {
    reply(
        answer,
        () ->
            ModelReadyResponse.newBuilder()
                .setReady(serving.isReady(find(request.getName(), request.getVersion())))
                .build());
  }

  @Override
  public void serverMetadata(
      ServerMetadataRequest request, StreamObserver<ServerMetadataResponse> answer) {
    reply(
        answer,
        () ->
            ServerMetadataResponse.newBuilder()
                .setName(Serving.NAME)
                .setVersion(serving.version())
                .addAllExtensions(serving.extensions())
                .build());
  }

  @Override
  public void modelMetadata(
      ModelMetadataRequest request, StreamObserver<ModelMetadataResponse> answer) {
    reply(answer, () -> ModelMessages.metadata(find(request.getName(), request.getVersion())));
  }

  @Override
  public void modelConfig(ModelConfigRequest request, StreamObserver<ModelConfigResponse> answer) {
    reply(
        answer,
        () ->
            ModelConfigResponse.newBuilder()
                .setConfig(ModelMessages.config(find(request.getName(), request.getVersion())))
                .build());
  }

  @Override
  public void modelStatistics(
      ModelStatisticsRequest request, StreamObserver<ModelStatisticsResponse> answer) {
    reply(
        answer,
        () -> {
          var models =
              request.getName().isEmpty()
                  ? serving.models().all()
                  : List.of(find(request.getName(), request.getVersion()));
          return ModelStatisticsResponse.newBuilder()
              .addAllModelStats(models.stream().map(ModelMessages::statistics).toList())
              .build();
        });
  }

  @Override
  public void repositoryIndex(
      RepositoryIndexRequest request, StreamObserver<RepositoryIndexResponse> answer) {
    reply(answer, () -> RepositoryMessages.index(serving.index(request.getReady())));
  }

  @Override
  public void repositoryModelLoad(
      RepositoryModelLoadRequest request, StreamObserver<RepositoryModelLoadResponse> answer) {
    var caller = AccessCheck.admission().caller();
    reply(
        answer,
        () -> {
          var parameters = RepositoryMessages.parameters(request.getParametersMap());
          serving.repository().load(caller, request.getModelName(), parameters);
          return RepositoryModelLoadResponse.getDefaultInstance();
        });
  }

  @Override
  public void repositoryModelUnload(
      RepositoryModelUnloadRequest request, StreamObserver<RepositoryModelUnloadResponse> answer) {
    var caller = AccessCheck.admission().caller();
    reply(
        answer,
        () -> {
          var parameters = RepositoryMessages.parameters(request.getParametersMap());
          serving.repository().unload(caller, request.getModelName(), parameters);
          return RepositoryModelUnloadResponse.getDefaultInstance();
        });
  }

  @Override
  public void systemSharedMemoryStatus(
      SystemSharedMemoryStatusRequest request,
      StreamObserver<SystemSharedMemoryStatusResponse> answer) {
    reply(answer, () -> RegionMessages.status(serving.regions(), owner(), request));
  }

  @Override
  public void systemSharedMemoryRegister(
      SystemSharedMemoryRegisterRequest request,
      StreamObserver<SystemSharedMemoryRegisterResponse> answer) {
    reply(answer, () -> RegionMessages.register(serving.regions(), owner(), request));
  }

  @Override
  public void systemSharedMemoryUnregister(
      SystemSharedMemoryUnregisterRequest request,
      StreamObserver<SystemSharedMemoryUnregisterResponse> answer) {
    var isAdmin = AccessCheck.admission().caller().isAdmin();
    reply(answer, () -> RegionMessages.unregister(serving.regions(), owner(), isAdmin, request));
  }

  @Override
  public void logSettings(LogSettingsRequest request, StreamObserver<LogSettingsResponse> answer) {
    reply(
        answer,
        () -> {
          if (request.getSettingsCount() == 0) {
            return LogMessages.response(serving.logs().settings());
          }
          var admission = AccessCheck.admission();
          admission.require(Right.OPERATE);
          var asked = LogMessages.asked(request);
          return LogMessages.response(serving.logs().change(admission.caller(), asked));
        });
  }

  @Override
  public void traceSetting(
      TraceSettingRequest request, StreamObserver<TraceSettingResponse> answer) {
    reply(
        answer,
        () -> {
          var name = request.getModelName();
          var model = name.isEmpty() ? Optional.<String>empty() : Optional.of(name);
          var isShown = request.getSettingsCount() == 0;
          model
              .filter(one -> isShown || !serving.tracing().isSetFor(one))
              .ifPresent(one -> find(one, ""));
          if (isShown) {
            return TraceMessages.response(serving.tracing().settings(model));
          }
          var admission = AccessCheck.admission();
          admission.require(Right.OPERATE);
          var asked = TraceMessages.asked(request);
          return TraceMessages.response(serving.tracing().change(admission.caller(), model, asked));
        });
  }

  private static String owner() {
    return Serving.owner(AccessCheck.admission());
  }
}
