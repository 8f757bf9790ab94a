package dev.weft.bench.gateway;

import com.google.protobuf.ByteString;
import dev.weft.bench.load.EventLoad;
import dev.weft.gateway.grpc.generated.GRPCInferenceServiceGrpc;
import dev.weft.gateway.grpc.generated.GRPCInferenceServiceGrpc.GRPCInferenceServiceStub;
import dev.weft.gateway.grpc.generated.ModelInferRequest;
import dev.weft.gateway.grpc.generated.ModelInferResponse;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.List;

/**
 * A client over gRPC, with raw contents both ways, as its library is used by others. One call at a
 * time.
 */
public final class GrpcCaller implements Connection, LoadConnection {

  private static final Metadata.Key<String> RETRY_AFTER =
      Metadata.Key.of("retry-after-ms", Metadata.ASCII_STRING_MARSHALLER);

  private static final Duration NOT_TOLD = Duration.ofMillis(1);

  private final ManagedChannel channel;
  private final GRPCInferenceServiceStub stub;
  private final ModelInferRequest request;
  private volatile Duration backOff = NOT_TOLD;

  /** Connects with the first call. */
  public GrpcCaller(int port, String model, List<WireTensor> inputs) {
    this.channel =
        NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().directExecutor().build();
    this.stub = GRPCInferenceServiceGrpc.newStub(channel);
    this.request = request(model, inputs);
  }

  private static ModelInferRequest request(String model, List<WireTensor> inputs) {
    var request = ModelInferRequest.newBuilder().setModelName(model);
    for (var input : inputs) {
      request.addInputs(
          ModelInferRequest.InferInputTensor.newBuilder()
              .setName(input.name())
              .setDatatype(input.datatype())
              .addAllShape(input.shape()));
      request.addRawInputContents(ByteString.copyFrom(input.data()));
    }
    return request.build();
  }

  /**
   * @throws StatusRuntimeException if the answer is neither a result nor a refusal for want of room
   */
  @Override
  public boolean call() {
    try {
      var _ = GRPCInferenceServiceGrpc.newBlockingStub(channel).modelInfer(request);
      return true;
    } catch (StatusRuntimeException e) {
      if (!isRefusal(e)) {
        throw e;
      }
      return false;
    }
  }

  @Override
  public void send(EventLoad.End end) {
    stub.modelInfer(
        request,
        new StreamObserver<>() {
          @Override
          public void onNext(ModelInferResponse answer) {}

          @Override
          public void onCompleted() {
            end.answered(true);
          }

          @Override
          public void onError(Throwable problem) {
            if (problem instanceof StatusRuntimeException status && isRefusal(status)) {
              backOff = retryAfter(status);
              end.answered(false);
            } else {
              end.failed(new IllegalStateException(problem));
            }
          }
        });
  }

  private static boolean isRefusal(StatusRuntimeException problem) {
    var code = problem.getStatus().getCode();
    return code == Status.Code.UNAVAILABLE || code == Status.Code.RESOURCE_EXHAUSTED;
  }

  /** As the last refusal told it: {@code retry-after-ms} in its trailers. */
  @Override
  public Duration backOff() {
    return backOff;
  }

  private static Duration retryAfter(StatusRuntimeException refusal) {
    var trailers = refusal.getTrailers();
    var told = trailers == null ? null : trailers.get(RETRY_AFTER);
    return told == null ? NOT_TOLD : Duration.ofMillis(Long.parseLong(told));
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}
