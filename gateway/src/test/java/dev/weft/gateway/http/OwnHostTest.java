package dev.weft.gateway.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weft.gateway.protocol.Fault;
import dev.weft.gateway.protocol.ProtocolException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OwnHostTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1:8000",
        "127.0.0.1",
        "localhost:8000",
        "LocalHost",
        "[::1]:8000",
        "10.0.0.7"
      })
  void numbersAndLocalhostAreOurs(String host) {
    OwnHost.require(host);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "evil.example",
        "evil.example:8000",
        "localhost.evil.example",
        "[evil]",
        "1.2.3.4.evil"
      })
  void aNameThatSomebodyMayHaveMadeUpIsNot(String host) {
    var refused = assertThrows(ProtocolException.class, () -> OwnHost.require(host));
    assertEquals(Fault.FOREIGN, refused.fault());
  }
}
