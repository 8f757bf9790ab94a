package dev.weft.gateway.grpc;

import dev.weft.gateway.access.Guard;
import dev.weft.gateway.grpc.generated.GRPCInferenceServiceGrpc;
import dev.weft.gateway.http.GatewayException;
import dev.weft.gateway.http.GatewaySettings;
import dev.weft.gateway.model.Serving;
import dev.weft.gateway.protocol.MessageDecoder;
import io.grpc.MethodDescriptor;
import io.grpc.ServerBuilder;
import io.grpc.ServerInterceptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import java.util.List;
import java.util.concurrent.Executor;

/**
 * What a gRPC server answers, over whichever transport: the protocol's methods, health, and what
 * there is by reflection. A call has a virtual thread while there is something to do for it.
 */
final class Calls implements AutoCloseable {

  private final ServerServiceDefinition service;
  private final HealthStatusManager health = new HealthStatusManager();
  private final List<ServerInterceptor> interceptors;
  private final CallWatch watch;
  private final Executor threads;
  private final int messageBytesMax;

  private Calls(
      ServerServiceDefinition service,
      List<ServerInterceptor> interceptors,
      CallWatch watch,
      Executor threads,
      int messageBytesMax) {
    this.service = service;
    this.interceptors = interceptors;
    this.watch = watch;
    this.threads = threads;
    this.messageBytesMax = messageBytesMax;
  }

  /**
   * @throws GatewayException if a setting does not fit another
   */
  static Calls of(Serving serving, GatewaySettings gateway, GrpcSettings settings, Guard guard) {
    var limits = gateway.limits();
    if (settings.receivingBytesMax() < limits.bodyBytesMax()) {
      throw new GatewayException(
          "weft.gateway.grpc.receiving: %d bytes (expected: >= the %d of weft.gateway.body)"
              .formatted(settings.receivingBytesMax(), limits.bodyBytesMax()));
    }
    var names = Thread.ofVirtual().name("weft-gateway-grpc-", 0).factory();
    Executor threads = task -> names.newThread(task).start();
    var decoder = new MessageDecoder(limits, serving.tensors());
    var service =
        InferenceService.definition(
            serving,
            new UnaryInference(serving, decoder, threads),
            new StreamInference(serving, decoder, settings.streamRequestsMax(), threads));
    return new Calls(
        service,
        interceptors(settings, guard),
        new CallWatch(
            settings.receivingBytesMax(), settings.answeringBytesMax(), gateway.bodyTimeout()),
        threads,
        Math.toIntExact(limits.bodyBytesMax()));
  }

  /** What every call passes, in this order, before any of its messages is read. */
  private static List<ServerInterceptor> interceptors(GrpcSettings settings, Guard guard) {
    return List.of(new CallLimit(settings.callsMax()), new AccessCheck(guard));
  }

  void serveOn(ServerBuilder<?> server) {
    server
        .executor(threads)
        .maxInboundMessageSize(messageBytesMax)
        .addStreamTracerFactory(watch)
        .addService(service)
        .addService(health.getHealthService())
        .addService(ProtoReflectionServiceV1.newInstance())
        .fallbackHandlerRegistry(
            new Unoffered(GRPCInferenceServiceGrpc.SERVICE_NAME, methods(service)));
    // The last that is added is the first to be passed.
    interceptors.reversed().forEach(server::intercept);
    health.setStatus(GRPCInferenceServiceGrpc.SERVICE_NAME, ServingStatus.SERVING);
  }

  private static List<String> methods(ServerServiceDefinition service) {
    return service.getMethods().stream()
        .map(method -> method.getMethodDescriptor().getFullMethodName())
        .map(name -> String.valueOf(MethodDescriptor.extractBareMethodName(name)))
        .sorted()
        .toList();
  }

  CallWatch watch() {
    return watch;
  }

  /** Says for good that nothing is served. */
  void endHealth() {
    health.enterTerminalState();
  }

  @Override
  public void close() {
    watch.close();
  }
}
