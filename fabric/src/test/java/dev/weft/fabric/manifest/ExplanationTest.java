package dev.weft.fabric.manifest;

import org.junit.jupiter.api.Test;

class ExplanationTest {
  @Test
  void show() {
    System.out.println(
        Explanation.of(
            ManifestFiles.load(ManifestFilesTest.GOOD, FakeKinds.all()), FakeKinds.all()));
  }
}
