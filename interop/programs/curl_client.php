<?php // PHP's curl extension: each scenario on a multi handle of its own, so that one fault costs one scenario.
[, $base, $authority, $bodyFile] = $argv;
$body = file_get_contents($bodyFile);
$version = str_starts_with($base, 'https:') ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE;
$share = null;

function fresh(): void
{
    global $share;
    $share = curl_multi_init();
    curl_multi_setopt($share, CURLMOPT_PIPELINING, CURLPIPE_MULTIPLEX);
}

function handle(string $path, array $options = [], ?array &$lines = null)
{
    global $base, $authority, $version;
    $curl = curl_init($base . $path);
    curl_setopt_array($curl, $options + [
        CURLOPT_RETURNTRANSFER => true, CURLOPT_CAINFO => $authority, CURLOPT_HTTP_VERSION => $version,
        CURLOPT_PIPEWAIT => true, CURLOPT_NOPROXY => '*', CURLOPT_TIMEOUT => 20,
        CURLOPT_HEADERFUNCTION => function ($curl, $line) use (&$lines) {
            $lines[] = trim($line);
            return strlen($line);
        },
    ]);
    return $curl;
}

function perform(array $handles): array
{
    global $share;
    $errors = [];
    foreach ($handles as $curl) {
        curl_multi_add_handle($share, $curl);
    }
    do {
        curl_multi_exec($share, $running);
        curl_multi_select($share, 0.2);
        while ($done = curl_multi_info_read($share)) {
            $errors[] = $done['result'];
        }
    } while ($running);
    foreach ($handles as $curl) {
        curl_multi_remove_handle($share, $curl);
    }
    return $errors;
}

function status($curl): int
{
    return curl_getinfo($curl, CURLINFO_RESPONSE_CODE);
}

function message(string $path, array $options = [], ?array &$lines = null): array
{
    $curl = handle($path, $options, $lines);
    $errors = perform([$curl]);
    if ($errors[0] !== CURLE_OK) {
        return ['error' => curl_strerror($errors[0])];
    }
    $content = curl_multi_getcontent($curl) ?? '';
    return ['status' => status($curl), 'length' => strlen($content), 'sha256' => hash('sha256', $content)];
}

function field(array $lines, string $name): ?string
{
    foreach ($lines as $line) {
        if (str_starts_with($line, "$name: ")) {
            return substr($line, strlen($name) + 2);
        }
    }
    return null;
}

function say(string $scenario, array $claims): void
{
    echo json_encode(['scenario' => $scenario] + $claims), "\n";
    fresh();
}

fresh();
$send = [CURLOPT_POSTFIELDS => $body];
say('get', message('/get?get'));
say('echo', message('/echo?echo', $send + [CURLOPT_HTTPHEADER => ['Expect:']]));
$all = array_map(fn ($n) => handle("/slow?streams-$n"), range(0, 9));
perform($all);
say('streams', ['ok' => count(array_filter($all, fn ($curl) => status($curl) === 200))]);
say('download', message('/download?download'));
$lines = [];
$claims = message('/trailers?trailers', [], $lines);
say('trailers', ['status' => $claims['status'] ?? null, 'trailer' => field($lines, 'x-trailer')]);
say('continue', message('/echo?continue', $send + [CURLOPT_HTTPHEADER => ['Expect: 100-continue']]));
$lines = [];
$claims = message('/get?head', [CURLOPT_NOBODY => true], $lines);
say('head', $claims + ['content_length' => (int) field($lines, 'content-length')]);
say('not_found', message('/missing?not_found'));
$received = 0;
$options = [CURLOPT_RETURNTRANSFER => false, CURLOPT_WRITEFUNCTION => function ($curl, $piece) use (&$received) {
    $received += strlen($piece);
    return 0;
}];
perform([handle('/endless?cancel', $options)]);
$claims = message('/get?cancel');
say('cancel', ['received' => $received, 'after' => $claims['status'] ?? null]);
$pushed = [];
curl_multi_setopt($share, CURLMOPT_PUSHFUNCTION, function ($parent, $curl, $fields) use (&$pushed) {
    $pushed[] = [$curl, $fields];
    return CURL_PUSH_OK;
});
message('/push?push');
if ($pushed) {
    [$curl, $fields] = $pushed[0];
    $content = curl_multi_getcontent($curl) ?? '';
    $claims = ['status' => status($curl), 'path' => parse_url(substr(field(array_map(
        fn ($one) => ltrim($one, ':'), $fields), 'path') ?? '/pushed', 0), PHP_URL_PATH)];
    say('push', $claims + ['length' => strlen($content), 'sha256' => hash('sha256', $content)]);
} else {
    say('push', ['error' => 'the push callback was not called']);
}
