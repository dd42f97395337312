-- wrk script: PUTs one and the same chunk under ever new (recording, seq). Settings come by the environment.
local file = assert(io.open(os.getenv("BENCH_CHUNK"), "rb"))
local body = file:read("*a")
file:close()
local ids = {}
for id in os.getenv("BENCH_IDS"):gmatch("%S+") do ids[#ids + 1] = id end
local headers = {
  ["Content-Type"] = "application/vnd.mcap",
  ["Content-Digest"] = os.getenv("BENCH_DIGEST"),
  ["Origin"] = os.getenv("BENCH_ORIGIN"),
}
local count = 0

function request()
  local id = ids[count % #ids + 1]
  local seq = math.floor(count / #ids)
  count = count + 1
  return wrk.format("PUT", "/api/recordings/" .. id .. "/chunks/" .. seq, headers, body)
end

function done(summary, latency)
  io.write(string.format("RESULT %d %d %d %d %d\n", summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(99), summary.errors.status))
end
