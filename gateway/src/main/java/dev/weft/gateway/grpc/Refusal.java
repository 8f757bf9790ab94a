package dev.weft.gateway.grpc;

import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import com.google.rpc.RetryInfo;
import dev.weft.gateway.error.ErrorAnswer;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.ProtoUtils;

/** A failure as gRPC says it: a status with a sentence, and in the trailers what programs read. */
final class Refusal {

  /** The code that stays across releases. */
  static final Metadata.Key<String> CODE =
      Metadata.Key.of("weft-code", Metadata.ASCII_STRING_MARSHALLER);

  /** When the same would have a chance again, in milliseconds. */
  static final Metadata.Key<String> RETRY_AFTER =
      Metadata.Key.of("retry-after-ms", Metadata.ASCII_STRING_MARSHALLER);

  /** By this the frame that was not answered is explained. */
  static final Metadata.Key<String> FRAME =
      Metadata.Key.of("weft-frame", Metadata.ASCII_STRING_MARSHALLER);

  private static final Metadata.Key<com.google.rpc.Status> DETAILS =
      Metadata.Key.of(
          "grpc-status-details-bin",
          ProtoUtils.metadataMarshaller(com.google.rpc.Status.getDefaultInstance()));

  private Refusal() {}

  static void close(ServerCall<?, ?> call, ErrorAnswer error) {
    close(call, error, new Metadata());
  }

  /**
   * @param more trailers beside those of the error
   */
  static void close(ServerCall<?, ?> call, ErrorAnswer error, Metadata more) {
    var trailers = trailers(error);
    trailers.merge(more);
    call.close(status(error), trailers);
  }

  static StatusRuntimeException exception(ErrorAnswer error) {
    return status(error).asRuntimeException(trailers(error));
  }

  private static Status status(ErrorAnswer error) {
    return Status.Code.valueOf(error.rpc().name()).toStatus().withDescription(error.message());
  }

  private static Metadata trailers(ErrorAnswer error) {
    var trailers = new Metadata();
    trailers.put(CODE, error.code());
    error
        .retryAfterMillis()
        .ifPresent(
            millis -> {
              trailers.put(RETRY_AFTER, Long.toString(millis));
              trailers.put(DETAILS, details(error, millis));
            });
    return trailers;
  }

  /** The same as clients of Google's libraries look for it. */
  private static com.google.rpc.Status details(ErrorAnswer error, long millis) {
    var delay =
        Duration.newBuilder().setSeconds(millis / 1000).setNanos((int) (millis % 1000) * 1_000_000);
    return com.google.rpc.Status.newBuilder()
        .setCode(status(error).getCode().value())
        .setMessage(error.message())
        .addDetails(Any.pack(RetryInfo.newBuilder().setRetryDelay(delay).build()))
        .build();
  }
}
