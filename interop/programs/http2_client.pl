# Perl Protocol::HTTP2, a sans-IO library: each scenario on a connection of its own.
use strict;
use warnings;
use Digest::SHA qw(sha256_hex);
use IO::Socket::INET;
use IO::Socket::SSL;
use JSON::PP;
use Protocol::HTTP2::Client;
use Protocol::HTTP2::Constants qw(const_name);

my ($base, $authority, $body_file) = @ARGV;
my ($scheme, $host, $port) = $base =~ m{^(https?)://([^:]+):(\d+)$} or die "not a base: $base";
my $json = JSON::PP->new->canonical;
$| = 1;
open my $file, '<:raw', $body_file or die $!;
my $body = do { local $/; <$file> };

sub connection {
    return IO::Socket::INET->new(PeerAddr => "$host:$port") || die "no connection: $!" if $scheme eq 'http';
    return IO::Socket::SSL->new(
        PeerAddr           => "$host:$port",
        SSL_ca_file        => $authority,
        SSL_alpn_protocols => ['h2'],
    ) || die "no connection: $SSL_ERROR";
}

# Run requests [path, method, content] at once; returns [fields, content] of each in the order they ended.
sub run {
    my ($push, @requests) = @_;
    my $socket = connection();
    my ($left, @done) = (scalar @requests);
    my $client = Protocol::HTTP2::Client->new(
        on_error => sub { die 'error ' . const_name('errors', $_[0]) . "\n" },
        ($push ? (on_push => sub { my ($fields) = @_; $push->{promised} = {@$fields};
            return sub { @$push{qw(fields content)} = ({@{$_[0]}}, $_[1]) } }) : ()),
    );
    for my $request (@requests) {
        my ($path, $method, $content) = @$request;
        $client->request(
            ':scheme'    => $scheme,
            ':authority' => "$host:$port",
            ':path'      => $path,
            ':method'    => $method || 'GET',
            headers      => [],
            (defined $content ? (data => $content) : ()),
            on_done => sub { push @done, [@_]; $left-- },
        );
    }
    local $SIG{ALRM} = sub { die "no answer in time\n" };
    alarm 25;
    while ($left || ($push && !$push->{fields})) {
        while (my $frame = $client->next_frame) {
            my $sent = 0;
            $sent += syswrite($socket, $frame, length($frame) - $sent, $sent) // die "write: $!\n"
                while $sent < length $frame;
        }
        last unless $left || ($push && !$push->{fields});
        my $count = sysread $socket, my $octets, 65536;
        die "the connection ended\n" unless $count;
        $client->feed($octets);
    }
    alarm 0;
    return @done;
}

sub field {
    my ($fields, $wanted) = @_;
    for (my $n = 0; $n < @$fields; $n += 2) {
        return $fields->[$n + 1] if $fields->[$n] eq $wanted;
    }
    return undef;
}

sub message {
    my ($done) = @_;
    my ($fields, $content) = ($done->[0], $done->[1] // '');
    return { status => 0 + field($fields, ':status'), length => length $content, sha256 => sha256_hex($content) };
}

sub attempt {
    my ($scenario, $scene) = @_;
    my $claims = eval { $scene->() };
    if (!$claims) {
        chomp(my $error = $@ || 'nothing');
        alarm 0;
        $claims = { error => $error };
    }
    print $json->encode({ %$claims, scenario => $scenario }), "\n";
}

attempt('get', sub { message(run(undef, ['/get?get'])) });
attempt('streams', sub {
    my @done = run(undef, map { ["/slow?streams-$_"] } 0 .. 9);
    return { ok => scalar grep { field($_->[0], ':status') == 200 } @done };
});
attempt('trailers', sub {
    my ($done) = run(undef, ['/trailers?trailers']);
    my $trailer = field($done->[0], 'x-trailer');
    return { unsupported => 'the trailer section is read, not shown' } unless defined $trailer;
    return { status => 0 + field($done->[0], ':status'), trailer => $trailer };
});
attempt('head', sub {
    my ($done) = run(undef, ['/get?head', 'HEAD']);
    return { %{ message($done) }, content_length => 0 + field($done->[0], 'content-length') };
});
attempt('not_found', sub { message(run(undef, ['/missing?not_found'])) });
attempt('push', sub {
    my $push = {};
    run($push, ['/push?push']);
    my $content = $push->{content};
    return { status => 0 + $push->{fields}{':status'}, path => $push->{promised}{':path'},
        length => length $content, sha256 => sha256_hex($content) };
});
attempt('echo', sub { message(run(undef, ['/echo?echo', 'POST', $body])) });
attempt('download', sub { message(run(undef, ['/download?download'])) });
attempt('continue', sub { { unsupported => 'no interface to 1xx' } });
attempt('cancel', sub { { unsupported => 'no interface to reset a stream' } });
