# Ruby http-2, a sans-IO library: the scenarios on one connection, a second one for the cancelled download.
require 'digest'
require 'http/2'
require 'json'
require 'openssl'
require 'socket'
require 'uri'

BASE, AUTHORITY, BODY_FILE = ARGV
TARGET = URI(BASE)
BODY = File.binread(BODY_FILE)
LIMIT_S = 50 # the library takes about 1 MB a second

Exchange = Struct.new(:fields, :body, :closed, :stream, :informational) do
  def field(name)
    fields.to_h[name]
  end

  def status
    field(':status').to_i
  end

  def message
    { status: status, length: body.bytesize, sha256: Digest::SHA256.hexdigest(body) }
  end
end

class Connection
  attr_reader :pushed

  def initialize
    @socket = TCPSocket.new(TARGET.host, TARGET.port)
    @socket = tls(@socket) if TARGET.scheme == 'https'
    @pushed = nil
    @client = HTTP2::Client.new
    @client.on(:frame) { |octets| @socket.write(octets) }
    @client.on(:promise) { |stream| promise(stream) }
  end

  def tls(socket)
    context = OpenSSL::SSL::SSLContext.new
    context.alpn_protocols = ['h2']
    context.ca_file = AUTHORITY
    context.verify_mode = OpenSSL::SSL::VERIFY_PEER
    secure = OpenSSL::SSL::SSLSocket.new(socket, context)
    secure.hostname = TARGET.host
    secure.connect
    raise "ALPN chose #{secure.alpn_protocol}" unless secure.alpn_protocol == 'h2'

    secure
  end

  def promise(stream)
    found = @pushed = Exchange.new([], +'', nil, stream, [])
    stream.on(:promise_headers) { |fields| found.fields += fields.to_a.select { |name, _| name == ':path' } }
    stream.on(:headers) { |fields| found.fields += fields.to_a }
    stream.on(:data) { |piece| found.body << piece }
    stream.on(:close) { found.closed = true }
  end

  def open(path, method: 'GET', body: nil, more: {})
    stream = @client.new_stream
    found = Exchange.new([], +'', nil, stream, [])
    stream.on(:headers) do |fields|
      if fields.to_h[':status'] == '100'
        found.informational << 100
        stream.data(body)
      else
        found.fields += fields.to_a
      end
    end
    stream.on(:data) { |piece| found.body << piece }
    stream.on(:close) { |error| found.closed = error || true }
    authority = "#{TARGET.host}:#{TARGET.port}"
    head = { ':method' => method, ':scheme' => TARGET.scheme, ':authority' => authority, ':path' => path }
    stream.headers(head.merge(more), end_stream: body.nil?)
    stream.data(body) if body && more.empty?
    found
  end

  def until(limit = LIMIT_S)
    deadline = Process.clock_gettime(Process::CLOCK_MONOTONIC) + limit
    until yield
      raise 'no answer in time' if Process.clock_gettime(Process::CLOCK_MONOTONIC) > deadline

      @client << @socket.readpartial(65_536)
    end
  end

  def fetch(path, **options)
    found = open(path, **options)
    self.until { found.closed }
    found
  end
end

def attempt(scenario)
  claims = yield
rescue StandardError => e
  claims = { error: "#{e.class}: #{e.message}" }
ensure
  puts({ scenario: scenario }.merge(claims).to_json)
  $stdout.flush
end

one = Connection.new
attempt('get') { one.fetch('/get?get').message }
attempt('echo') { one.fetch('/echo?echo', method: 'POST', body: BODY).message }
attempt('streams') do
  all = (0...10).map { |n| one.open("/slow?streams-#{n}") }
  one.until { all.all?(&:closed) }
  { ok: all.count { |found| found.status == 200 } }
end
attempt('trailers') do
  found = one.fetch('/trailers?trailers')
  { status: found.status, trailer: found.field('x-trailer') }
end
attempt('head') do
  found = one.fetch('/get?head', method: 'HEAD')
  found.message.merge(content_length: found.field('content-length').to_i)
end
attempt('not_found') { one.fetch('/missing?not_found').message }
attempt('continue') do
  one.fetch('/echo?continue', method: 'POST', body: BODY, more: { 'expect' => '100-continue' }).message
end
attempt('push') do
  push = Connection.new
  push.fetch('/push?push')
  push.until { push.pushed&.closed }
  push.pushed.message.merge(path: push.pushed.field(':path'))
end
attempt('download') { Connection.new.fetch('/download?download').message }
attempt('cancel') do
  other = Connection.new
  found = other.open('/endless?cancel')
  other.until { found.body.bytesize.positive? }
  received = found.body.bytesize
  found.stream.cancel
  { received: received, after: other.fetch('/get?cancel').status }
end
