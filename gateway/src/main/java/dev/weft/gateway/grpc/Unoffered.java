package dev.weft.gateway.grpc;

import dev.weft.gateway.error.ErrorTable;
import io.grpc.HandlerRegistry;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerMethodDefinition;
import java.io.InputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Answers the methods of the protocol that are not served, by saying so. */
final class Unoffered extends HandlerRegistry {

  private final String service;
  private final List<String> offered;

  /**
   * @param offered the methods that are served
   */
  Unoffered(String service, List<String> offered) {
    this.service = service;
    this.offered = List.copyOf(offered);
  }

  @Override
  public @Nullable ServerMethodDefinition<?, ?> lookupMethod(
      String method, @Nullable String authority) {
    if (!service.equals(MethodDescriptor.extractFullServiceName(method))) {
      return null;
    }
    var asked = String.valueOf(MethodDescriptor.extractBareMethodName(method));
    var descriptor =
        MethodDescriptor.newBuilder(RawMessage.MARSHALLER, RawMessage.MARSHALLER)
            .setType(MethodDescriptor.MethodType.UNKNOWN)
            .setFullMethodName(method)
            .build();
    return ServerMethodDefinition.<InputStream, InputStream>create(
        descriptor,
        (call, _) -> {
          Refusal.close(call, ErrorTable.unknownMethod(asked, "one of " + offered));
          return new ServerCall.Listener<>() {};
        });
  }
}
