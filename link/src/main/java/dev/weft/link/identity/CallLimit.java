package dev.weft.link.identity;

import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Lets so many calls in at once, over all connections. More are answered as unavailable before
 * anything of their messages is read. For any number of threads.
 */
public final class CallLimit implements ServerInterceptor {

  private final int callsMax;
  private final Semaphore free;

  public CallLimit(int callsMax) {
    this.callsMax = callsMax;
    this.free = new Semaphore(callsMax);
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    if (!free.tryAcquire()) {
      var busy = "%d calls are inside (expected: fewer)".formatted(callsMax);
      call.close(Status.UNAVAILABLE.withDescription(busy), new Metadata());
      return new ServerCall.Listener<>() {};
    }
    var isInside = new AtomicBoolean(true);
    try {
      return new Inside<>(next.startCall(call, headers), isInside);
    } catch (RuntimeException e) {
      leave(isInside);
      throw e;
    }
  }

  /** Frees a place; a call ends once, whatever is told of its end. */
  private void leave(AtomicBoolean isInside) {
    if (isInside.compareAndSet(true, false)) {
      free.release();
    }
  }

  private final class Inside<Q> extends SimpleForwardingServerCallListener<Q> {

    private final AtomicBoolean isInside;

    private Inside(ServerCall.Listener<Q> listener, AtomicBoolean isInside) {
      super(listener);
      this.isInside = isInside;
    }

    @Override
    public void onComplete() {
      leave(isInside);
      super.onComplete();
    }

    @Override
    public void onCancel() {
      leave(isInside);
      super.onCancel();
    }
  }
}
