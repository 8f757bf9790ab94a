package dev.weft.app.quantizing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.stages.quantize.OutputError;
import java.util.List;
import org.junit.jupiter.api.Test;

class OutcomePrintTest {

  @Test
  void errorsOfAnySizeCanBeRead() {
    assertEquals(
        List.of("y", "3.210e-05", "5.012e+35", "0.999900", "0"),
        OutcomePrint.row(new OutputError("y", 501188482511034600e18, 3.21e-5, 0.9999, 4, 0)));
    assertEquals(
        List.of("y", "0.012300", "12.500000", "1.000000", "2"),
        OutcomePrint.row(new OutputError("y", 12.5, 0.0123, 1, 4, 2)));
  }
}
