package dev.weft.stages.process;

import java.util.concurrent.CountDownLatch;

/** A parent that starts a stage process, prints its id and waits to be killed. */
final class ParentMain {

  private ParentMain() {}

  public static void main(String[] arguments) throws InterruptedException {
    var fixture = new ProcessFixture(ProcessFixture.SETTINGS);
    System.out.println(fixture.stage().health().processes().getFirst());
    new CountDownLatch(1).await();
    fixture.close();
  }
}
