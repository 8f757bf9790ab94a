package dev.weft.gateway.grpc;

import dev.weft.gateway.grpc.generated.ModelInferResponse;
import dev.weft.gateway.grpc.generated.ModelStreamInferResponse;
import dev.weft.gateway.model.Serving;
import dev.weft.gateway.protocol.MessageDecoder;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.Status;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;

/**
 * Answers {@code ModelStreamInfer}: requests run side by side, so many at once, and are answered in
 * their order. What is wrong with one is its answer. No more is read from who does not take his
 * answers.
 */
final class StreamInference implements ServerCallHandler<InputStream, ModelStreamInferResponse> {

  private final Serving serving;
  private final MessageDecoder decoder;
  private final int requestsMax;
  private final Executor threads;

  /**
   * @param requestsMax most requests of one stream that are not answered yet
   * @param threads where answers are written
   */
  StreamInference(Serving serving, MessageDecoder decoder, int requestsMax, Executor threads) {
    this.serving = serving;
    this.decoder = decoder;
    this.requestsMax = requestsMax;
    this.threads = threads;
  }

  @Override
  public ServerCall.Listener<InputStream> startCall(
      ServerCall<InputStream, ModelStreamInferResponse> call, Metadata headers) {
    call.sendHeaders(new Metadata());
    call.request(requestsMax);
    return new Stream(call, headers, CallWatch.current());
  }

  /** One stream; whoever holds its lock writes. */
  private final class Stream extends ServerCall.Listener<InputStream> implements Inference.Taker {

    private final ServerCall<InputStream, ModelStreamInferResponse> call;
    private final Metadata headers;
    private final CallWatch.Call watched;
    private final Deque<Inference> waiting = new ArrayDeque<>();
    private boolean isHalfClosed;
    private boolean isOver;

    private Stream(
        ServerCall<InputStream, ModelStreamInferResponse> call,
        Metadata headers,
        CallWatch.Call watched) {
      this.call = call;
      this.headers = headers;
      this.watched = watched;
    }

    @Override
    public void onMessage(InputStream message) {
      var span = SpanMetadata.begin(serving.tracing(), call, headers);
      var begun =
          Inference.begin(
              serving, decoder, message, AccessCheck.admission(), CallWatch.patience(), span);
      CallWatch.messageRead();
      synchronized (this) {
        waiting.add(begun);
      }
      var _ = begun.coming().whenCompleteAsync((_, _) -> writeWhatIsDone(), threads);
    }

    @Override
    public void onHalfClose() {
      synchronized (this) {
        isHalfClosed = true;
      }
      writeWhatIsDone();
    }

    @Override
    public void onReady() {
      writeWhatIsDone();
    }

    @Override
    public synchronized void onCancel() {
      // Each is delivered when it has been given up, to nobody; the last of a sequence first, so
      // that
      // none begins because the one before it was given up.
      waiting.descendingIterator().forEachRemaining(Inference::cancel);
      writeWhatIsDone();
    }

    private synchronized void writeWhatIsDone() {
      var next = waiting.peek();
      while (next != null && next.isDone() && isTaken()) {
        waiting.remove();
        next.deliver(this);
        if (!call.isCancelled()) {
          call.request(1);
        }
        next = waiting.peek();
      }
      if (next == null && isTaken()) {
        watched.answer(0);
      }
      if (isHalfClosed && next == null && !isOver) {
        isOver = true;
        call.close(Status.OK, new Metadata());
      }
      watched.isAnswerWaiting(!isTaken());
    }

    private boolean isTaken() {
      return call.isCancelled() || call.isReady();
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
      return send(ModelStreamInferResponse.newBuilder().setInferResponse(response).build());
    }

    @Override
    public void refused(Inference.Refused refused) {
      send(InferReply.failed(refused));
    }

    private boolean send(ModelStreamInferResponse response) {
      if (call.isCancelled()) {
        return false;
      }
      call.sendMessage(response);
      return true;
    }
  }
}
