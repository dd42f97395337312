#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <optional>

#include "platform/http/client.hpp"

namespace reprise::http {

/// For tests: one fetch on a context of its own.
inline Result<ClientResponse> fetch_and_wait(ClientRequest request) {
  boost::asio::io_context context;
  std::optional<Result<ClientResponse>> answer;
  boost::asio::co_spawn(context, fetch(std::move(request)),
                        [&](std::exception_ptr error, Result<ClientResponse> result) {
                          if (error) std::rethrow_exception(error);
                          answer = std::move(result);
                        });
  context.run();
  return std::move(*answer);
}

}  // namespace reprise::http
