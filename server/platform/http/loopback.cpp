#include "platform/http/loopback.hpp"

#include <boost/asio/ip/address.hpp>
#include <string>

namespace reprise::http {

bool is_loopback(std::string_view host) {
  if (host == "localhost") return true;
  boost::system::error_code not_an_address;
  const auto address = boost::asio::ip::make_address(std::string(host), not_an_address);
  return !not_an_address && address.is_loopback();
}

}  // namespace reprise::http
