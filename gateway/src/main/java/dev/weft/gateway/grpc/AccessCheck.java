package dev.weft.gateway.grpc;

import dev.weft.gateway.access.AccessException;
import dev.weft.gateway.access.Guard;
import dev.weft.gateway.access.Right;
import dev.weft.gateway.error.ErrorTable;
import dev.weft.gateway.grpc.generated.GRPCInferenceServiceGrpc;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.health.v1.HealthGrpc;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.stream.StreamSupport;

/** Asks the {@link Guard} whether a call may come in, before its messages are read. */
final class AccessCheck implements ServerInterceptor {

  static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  private static final Context.Key<Guard.Admission> ADMISSION = Context.key("weft-admission");

  private final Guard guard;

  AccessCheck(Guard guard) {
    this.guard = guard;
  }

  /** Of the caller in whose call this thread is. */
  static Guard.Admission admission() {
    return ADMISSION.get();
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    Guard.Admission admission;
    try {
      admission = guard.admit(right(call.getMethodDescriptor()), shown(headers), from(call));
    } catch (AccessException e) {
      Refusal.close(call, ErrorTable.of(e));
      return new ServerCall.Listener<>() {};
    }
    var context = Context.current().withValue(ADMISSION, admission);
    return Contexts.interceptCall(context, call, headers, next);
  }

  /** What a method needs; of another service than the protocol's, what its models need. */
  static Right right(MethodDescriptor<?, ?> method) {
    return right(
        String.valueOf(method.getServiceName()), String.valueOf(method.getBareMethodName()));
  }

  private static Right right(String service, String method) {
    if (service.equals(HealthGrpc.SERVICE_NAME)) {
      return Right.OPEN;
    }
    if (!service.equals(GRPCInferenceServiceGrpc.SERVICE_NAME)) {
      return Right.MODELS;
    }
    return switch (method) {
      case "ServerLive", "ServerReady" -> Right.OPEN;
      case "ModelInfer", "ModelStreamInfer" -> Right.INFER;
      case "SystemSharedMemoryStatus",
          "SystemSharedMemoryRegister",
          "SystemSharedMemoryUnregister" ->
          Right.INFER;
      case "RepositoryModelLoad", "RepositoryModelUnload" -> Right.OPERATE;
      // A change of settings needs more, which is known when the message is.
      case "ModelStatistics", "LogSettings", "TraceSetting" -> Right.OBSERVE;
      default -> Right.MODELS;
    };
  }

  private static List<String> shown(Metadata headers) {
    var values = headers.getAll(AUTHORIZATION);
    return values == null ? List.of() : StreamSupport.stream(values.spliterator(), false).toList();
  }

  private static String from(ServerCall<?, ?> call) {
    var address = call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR);
    return address instanceof InetSocketAddress socket
        ? socket.getAddress().getHostAddress()
        : String.valueOf(address);
  }
}
