#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <optional>

#include "platform/http/client.hpp"

namespace reprise::http {

/// For tests: runs one task on a context of its own.
template <class T>
T run_and_wait(Task<T> task) {
  boost::asio::io_context context;
  std::optional<T> answer;
  boost::asio::co_spawn(context, std::move(task), [&](std::exception_ptr error, T result) {
    if (error) std::rethrow_exception(error);
    answer.emplace(std::move(result));
  });
  context.run();
  return std::move(*answer);
}

/// For tests: does one fetch on a context of its own.
inline std::expected<ClientResponse, FetchError> fetch_and_wait(ClientRequest request) {
  return run_and_wait(fetch(std::move(request)));
}

}  // namespace reprise::http
