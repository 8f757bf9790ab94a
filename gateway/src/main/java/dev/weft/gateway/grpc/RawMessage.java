package dev.weft.gateway.grpc;

import io.grpc.MethodDescriptor;
import java.io.InputStream;

/** Messages as they come over the wire, for who reads them himself. */
final class RawMessage implements MethodDescriptor.Marshaller<InputStream> {

  static final RawMessage MARSHALLER = new RawMessage();

  private RawMessage() {}

  @Override
  public InputStream stream(InputStream message) {
    return message;
  }

  @Override
  public InputStream parse(InputStream message) {
    return message;
  }
}
