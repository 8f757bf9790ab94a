package dev.weft.gateway.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.gateway.grpc.generated.GRPCInferenceServiceGrpc;
import dev.weft.gateway.grpc.generated.InferParameter;
import dev.weft.gateway.grpc.generated.ModelInferRequest;
import dev.weft.gateway.grpc.generated.ModelStreamInferResponse;
import dev.weft.gateway.http.HeldFactory;
import dev.weft.gateway.http.Served;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.StreamObserver;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StreamInferenceTest {

  @TempDir private Path folder = Path.of("");

  /** Takes answers, all at once or as many as it is told. */
  private static final class Taken
      implements ClientResponseObserver<ModelInferRequest, ModelStreamInferResponse> {

    final List<ModelStreamInferResponse> answers = new CopyOnWriteArrayList<>();
    final CountDownLatch over = new CountDownLatch(1);
    private final boolean isPatient;
    volatile @Nullable Throwable failure;

    Taken(boolean isPatient) {
      this.isPatient = isPatient;
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<ModelInferRequest> started) {
      if (!isPatient) {
        started.disableAutoRequestWithInitial(0);
      }
    }

    @Override
    public void onNext(ModelStreamInferResponse answer) {
      answers.add(answer);
    }

    @Override
    public void onError(Throwable problem) {
      failure = problem;
      over.countDown();
    }

    @Override
    public void onCompleted() {
      over.countDown();
    }

    List<String> ids() {
      return answers.stream().map(answer -> answer.getInferResponse().getId()).toList();
    }

    /** A parameter of each answer; empty where it has none. */
    List<String> texts(String parameter) {
      return answers.stream()
          .map(
              answer ->
                  answer
                      .getInferResponse()
                      .getParametersOrDefault(parameter, InferParameter.getDefaultInstance())
                      .getStringParam())
          .toList();
    }

    void awaitEnd() throws InterruptedException {
      assertTrue(over.await(60, TimeUnit.SECONDS));
    }
  }

  private static StreamObserver<ModelInferRequest> stream(Called called, Taken taken) {
    return GRPCInferenceServiceGrpc.newStub(called.channel).modelStreamInfer(taken);
  }

  @Test
  void answersComeInTheOrderOfTheirRequests() throws Exception {
    for (var isSocket : List.of(true, false)) {
      try (var called = isSocket ? Called.overSocket(folder, "") : Called.inProcess(folder, "")) {
        var taken = new Taken(true);
        var requests = stream(called, taken);
        requests.onNext(Called.held("0"));
        HeldFactory.BEGUN.acquire();
        for (var i = 1; i < 200; i++) {
          requests.onNext(Called.echo(Integer.toString(i), i, 2, 3, 4));
        }
        requests.onCompleted();
        // Those behind the first are done long before it, and wait for it.
        assertFalse(taken.over.await(50, TimeUnit.MILLISECONDS));
        assertEquals(List.of(), taken.ids());
        HeldFactory.PERMITS.release();
        taken.awaitEnd();
        assertNull(taken.failure);
        assertEquals(IntStream.range(0, 200).mapToObj(Integer::toString).toList(), taken.ids());
        assertEquals(
            Called.raw(199, 2, 3, 4),
            taken.answers.getLast().getInferResponse().getRawOutputContents(0));
        called.awaitNothingLeft();
      }
    }
  }

  @Test
  void whatIsWrongWithOneRequestIsItsAnswerAndTheStreamGoesOn() throws Exception {
    try (var called = Called.overSocket(folder, "")) {
      var taken = new Taken(true);
      var requests = stream(called, taken);
      requests.onNext(Called.echo("a", 1, 2, 3, 4));
      requests.onNext(Called.echo("b", Float.NaN, 2, 3, 4));
      requests.onNext(ModelInferRequest.getDefaultInstance());
      requests.onNext(Called.echo("c", 1, 2, 3, 4).toBuilder().setModelName("none").build());
      requests.onNext(Called.echo("d", 1, 2, 3, 4));
      requests.onCompleted();
      taken.awaitEnd();
      assertNull(taken.failure);
      assertEquals(List.of("a", "b", "", "c", "d"), taken.ids());
      assertEquals(
          List.of("", "invalid-input", "invalid", "not-found", ""), taken.texts("weft_code"));
      var frames = taken.texts("weft_frame");
      assertTrue(frames.getFirst().matches("echo:[0-9]+"), frames.toString());
      assertEquals("", frames.get(3), "a request that no frame was made of");
      assertEquals("", taken.answers.getFirst().getErrorMessage());
      assertEquals(
          "request: no 'model_name' (expected: one)", taken.answers.get(2).getErrorMessage());
      assertEquals("none", taken.answers.get(3).getInferResponse().getModelName());
      called.awaitNothingLeft();
    }
  }

  @Test
  void noMoreThanSoManyRequestsOfAStreamAreInside() throws Exception {
    try (var called = Called.overSocket(folder, "gateway.grpc.stream-requests = 3")) {
      var taken = new Taken(true);
      var requests = stream(called, taken);
      requests.onNext(Called.held("0"));
      HeldFactory.BEGUN.acquire();
      for (var i = 1; i < 50; i++) {
        requests.onNext(Called.echo(Integer.toString(i), i, 2, 3, 4));
      }
      var echo = called.serving.models().find("echo", Optional.empty());
      Served.await("two behind it", () -> echo.pipeline().counters().completedCount() == 2);
      assertFalse(taken.over.await(50, TimeUnit.MILLISECONDS));
      assertEquals(2, echo.pipeline().counters().completedCount());
      HeldFactory.PERMITS.release();
      requests.onCompleted();
      taken.awaitEnd();
      assertEquals(50, taken.answers.size());
      called.awaitNothingLeft();
    }
  }

  @Test
  void whoTakesNoAnswersIsNotReadOnAndInTheEndCutOff() throws Exception {
    try (var called =
        Called.overSocket(folder, "gateway { body-timeout = 1s, grpc.stream-requests = 4 }")) {
      var taken = new Taken(false);
      var requests = stream(called, taken);
      var row = new float[4 * 20_000];
      for (var i = 0; i < 64; i++) {
        requests.onNext(Called.echo(Integer.toString(i), row));
      }
      Served.await("cut off", () -> called.openCalls() == 0);
      assertEquals(List.of(), taken.ids());
      called.awaitNothingLeft();
      var echo = called.serving.models().find("echo", Optional.empty());
      assertTrue(echo.pipeline().counters().completedCount() < 64);
    }
  }

  @Test
  void whoDoesNotTakeTheLastAnswerIsCutOffToo() throws Exception {
    try (var called = Called.overSocket(folder, "gateway.body-timeout = 500ms")) {
      var requests = stream(called, new Taken(false));
      requests.onNext(Called.echo("0", new float[4 * 200_000]));
      var echo = called.serving.models().find("echo", Optional.empty());
      Served.await("answered", () -> echo.statistics().snapshot().success().count() == 1);
      called.awaitNothingLeft();
    }
  }

  @Test
  void aStreamThatIsGivenUpLeavesNothing() throws Exception {
    try (var called = Called.overSocket(folder, "")) {
      var taken = new Taken(true);
      var requests = stream(called, taken);
      requests.onNext(Called.held("0"));
      HeldFactory.BEGUN.acquire();
      for (var i = 1; i < 5; i++) {
        requests.onNext(Called.echo(Integer.toString(i), 1, 2, 3, 4));
      }
      requests.onError(new IllegalStateException("enough"));
      taken.awaitEnd();
      called.awaitNothingLeft();
      var answer = called.stub().modelInfer(Called.echo("7", 1, 2, 3, 4));
      assertEquals("7", answer.getId());
    }
  }
}
