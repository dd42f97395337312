#pragma once

#include <string>
#include <string_view>
#include <system_error>

#include "platform/http/http.hpp"

// Answers that the server gives by itself. Features use `problem(Error)` of http.hpp.
namespace reprise::http {

/// The phrase of RFC 9110 15 and its extensions; "Unknown" for others.
std::string_view reason_phrase(int status);

/// A problem with a status for which there is no ErrorCode. `type` as in Error. An empty `type` or
/// title is made from the phrase of the status.
Response problem(int status, std::string_view type, std::string_view detail,
                 std::string_view title = {});

/// The answer when the file of an answer could not be opened: 404 when it was removed after the
/// handler saw it, 503 when the server lacks descriptors or memory, 500 for what only a repair
/// ends.
Response file_problem(std::error_code why);

/// Adds the member `request_id` to a problem made here; other answers stay as they are.
void stamp_request_id(Response& response, std::string_view request_id);

inline constexpr std::string_view kProblemType = "application/problem+json";

}  // namespace reprise::http
