#include "app/outages.hpp"

#include <system_error>

#include "platform/blob/blob.hpp"
#include "platform/database/database.hpp"
#include "platform/http/responses.hpp"

namespace reprise::app {

using database::DatabaseError;
using database::Failure;
using http::Request;
using http::Response;

namespace {

constexpr const char* kFilesAway =
    "The server could not reach its files just now; try again in a moment.";

Error error_of(const DatabaseError& outage) {
  switch (outage.failure()) {
    case Failure::Full:
      return {ErrorCode::StorageFull, "The disk is full, so nothing was stored. Free some space.",
              outage.what(), "disk-full"};
    case Failure::Busy:
      return {ErrorCode::Unavailable, "The database is busy; try again in a moment.",
              outage.what()};
    default:
      return {ErrorCode::Unavailable, "The database does not work; the log says why.",
              outage.what()};
  }
}

Error error_of(const blob::StoreFailed& outage) {
  return {ErrorCode::Unavailable,
          outage.failure() == blob::StoreFailure::Final
              ? "The disk does not work; the log says why."
              : kFilesAway,
          outage.what()};
}

Response answer_to(const DatabaseError& outage) {
  if (outage.failure() != Failure::Damaged) return http::problem(error_of(outage));
  Response response =
      http::problem(500, "row-damaged", "What the database holds about this breaks its own rules.");
  response.log_detail = outage.what();
  return response;
}

Task<Response> answered(std::shared_ptr<const http::Handler> handler, Request request) {
  try {
    co_return co_await (*handler)(std::move(request));
  } catch (const DatabaseError& outage) {
    co_return answer_to(outage);
  } catch (const blob::StoreFailed& outage) {
    co_return http::problem(error_of(outage));
  } catch (const std::system_error& outage) {  // the files of views (filesystem_error)
    co_return http::problem(Error{ErrorCode::Unavailable, kFilesAway, outage.what()});
  }
}

using http::Authenticated;
using Authenticate = std::function<Task<Authenticated>(const Request&)>;

Task<Authenticated> authenticated(std::shared_ptr<const Authenticate> authenticate,
                                  const Request* request) {
  try {
    co_return co_await (*authenticate)(*request);
  } catch (const DatabaseError& outage) {
    co_return std::unexpected(answer_to(outage));
  }
}

}  // namespace

http::Gate with_outages_answered(http::Gate gate) {
  for (Authenticate* one : {&gate.authenticate, &gate.visitor}) {
    if (!*one) continue;
    // Shared by the requests that are under way.
    auto authenticate = std::make_shared<const Authenticate>(std::move(*one));
    *one = [authenticate](const Request& request) { return authenticated(authenticate, &request); };
  }
  return gate;
}

http::Routes with_outages_answered(http::Routes routes) {
  for (http::Route& route : routes) {
    if (!route.handler) continue;
    // Shared by the requests that are under way.
    auto handler = std::make_shared<const http::Handler>(std::move(route.handler));
    route.handler = [handler](Request request) { return answered(handler, std::move(request)); };
  }
  return routes;
}

}  // namespace reprise::app
