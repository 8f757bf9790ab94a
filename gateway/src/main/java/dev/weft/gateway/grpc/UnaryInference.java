package dev.weft.gateway.grpc;

import dev.weft.gateway.grpc.generated.ModelInferResponse;
import dev.weft.gateway.model.Serving;
import dev.weft.gateway.protocol.MessageDecoder;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.Status;
import java.io.InputStream;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** Answers {@code ModelInfer}: a message in, a message out; a call that ends ends its frame. */
final class UnaryInference implements ServerCallHandler<InputStream, ModelInferResponse> {

  private final Serving serving;
  private final MessageDecoder decoder;
  private final Executor threads;

  /**
   * @param threads where answers are written
   */
  UnaryInference(Serving serving, MessageDecoder decoder, Executor threads) {
    this.serving = serving;
    this.decoder = decoder;
    this.threads = threads;
  }

  @Override
  public ServerCall.Listener<InputStream> startCall(
      ServerCall<InputStream, ModelInferResponse> call, Metadata headers) {
    call.request(1);
    return new Call(call, headers);
  }

  private final class Call extends ServerCall.Listener<InputStream> implements Inference.Taker {

    private final ServerCall<InputStream, ModelInferResponse> call;
    private final Metadata headers;
    private final CallWatch.Call watched = CallWatch.current();
    private @Nullable Inference inference;

    private Call(ServerCall<InputStream, ModelInferResponse> call, Metadata headers) {
      this.call = call;
      this.headers = headers;
    }

    @Override
    public void onMessage(InputStream message) {
      var span = SpanMetadata.begin(serving.tracing(), call, headers);
      var begun =
          Inference.begin(
              serving, decoder, message, AccessCheck.admission(), CallWatch.patience(), span);
      CallWatch.messageRead();
      inference = begun;
      var _ = begun.coming().whenCompleteAsync((_, _) -> begun.deliver(this), threads);
    }

    @Override
    public void onHalfClose() {
      if (inference == null) {
        call.close(
            Status.INVALID_ARGUMENT.withDescription("no message (expected: one)"), new Metadata());
      }
    }

    @Override
    public void onCancel() {
      if (inference != null) {
        inference.cancel();
      }
    }

    @Override
    public boolean isThere() {
      return !call.isCancelled();
    }

    @Override
    public boolean hasRoom(int bytes) {
      return watched.answer(bytes);
    }

    @Override
    public boolean answered(ModelInferResponse response) {
      if (call.isCancelled()) {
        return false;
      }
      call.sendHeaders(new Metadata());
      call.sendMessage(response);
      call.close(Status.OK, trailers());
      return true;
    }

    @Override
    public void refused(Inference.Refused refused) {
      if (!call.isCancelled()) {
        var trailers = trailers();
        refused.frame().ifPresent(id -> trailers.put(Refusal.FRAME, id));
        Refusal.close(call, refused.error(), trailers);
      }
    }

    /** What is told of a request however it ends. */
    private Metadata trailers() {
      var trailers = new Metadata();
      if (inference != null) {
        inference.traceparent().ifPresent(id -> trailers.put(SpanMetadata.TRACEPARENT, id));
      }
      return trailers;
    }
  }
}
