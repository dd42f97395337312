#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "platform/http/http.hpp"

namespace reprise::http {

std::string_view method_name(Method method);

/// Finds the route of a decoded path. Immutable after construction, so any thread may ask.
class Router {
 public:
  struct Match {
    const Route* route =
        nullptr;  ///< null: no route for the path or, when `allow` is not empty, for the method
    std::vector<std::string> params = {};
    std::string allow = {};  ///< the value of `Allow` when the path is known; otherwise empty
  };

  /// Asserts that each pattern is well formed and each route has exactly one of `handler` and
  /// `web_socket`.
  explicit Router(Routes routes);
  /// The first route that fits counts. HEAD falls back to GET. A pattern that ends in `{x:rest}` is
  /// a fallback: it counts only for paths that no other pattern fits, whatever the method.
  Match match(Method method, std::string_view path) const;

 private:
  enum class Kind { Literal, Uuid, UInt, Segment, Rest };
  struct Part {
    Kind kind;
    std::string literal;
  };
  struct Row {
    Route route;
    std::vector<Part> parts;
  };
  static std::vector<Part> compile(std::string_view pattern);
  static bool fits(const Part& part, std::string_view segment);
  static bool match_parts(const std::vector<Part>& parts, std::string_view path,
                          std::vector<std::string>& params);

  std::vector<Row> rows_;
};

}  // namespace reprise::http
