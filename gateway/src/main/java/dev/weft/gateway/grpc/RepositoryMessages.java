package dev.weft.gateway.grpc;

import dev.weft.gateway.grpc.generated.ModelRepositoryParameter;
import dev.weft.gateway.grpc.generated.RepositoryIndexResponse;
import dev.weft.gateway.grpc.generated.RepositoryIndexResponse.ModelIndex;
import dev.weft.gateway.model.Indexed;
import dev.weft.gateway.model.Model;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The index of the repository, and parameters of its changes, as messages. */
final class RepositoryMessages {

  private RepositoryMessages() {}

  static RepositoryIndexResponse index(List<Indexed> entries) {
    return RepositoryIndexResponse.newBuilder()
        .addAllModels(entries.stream().map(RepositoryMessages::entry).toList())
        .build();
  }

  private static ModelIndex entry(Indexed entry) {
    return ModelIndex.newBuilder()
        .setName(entry.name())
        .setVersion(Model.VERSION)
        .setState(entry.state())
        .setReason(entry.reason())
        .build();
  }

  /** By name; bytes, which are only ever refused, by how many they are. */
  static Map<String, Object> parameters(Map<String, ModelRepositoryParameter> given) {
    var parameters = new HashMap<String, Object>();
    given.forEach(
        (name, parameter) ->
            parameters.put(
                name,
                switch (parameter.getParameterChoiceCase()) {
                  case BOOL_PARAM -> parameter.getBoolParam();
                  case INT64_PARAM -> parameter.getInt64Param();
                  case STRING_PARAM -> parameter.getStringParam();
                  case BYTES_PARAM -> "%d bytes".formatted(parameter.getBytesParam().size());
                  case PARAMETERCHOICE_NOT_SET -> "nothing";
                }));
    return parameters;
  }
}
