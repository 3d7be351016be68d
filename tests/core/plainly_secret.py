"""Which names of other people's lists plainly hold a secret: the judgment, and its reasons.

A list says where its authors saw a secret once; ``name`` and ``count`` are on them too. A name counts
as *plainly* secret when (1) one of its words is a word of secrets and (2) it is not on the list below,
where each name stands for the reason why it tells of a secret and holds none, or why nobody could
know from the name. Nothing here looks at how the redactor decides.
"""

from __future__ import annotations

import re

WORDS_OF_SECRETS = re.compile(
    r"pass|pwd|(^|_)pw($|_)|secret|token|key|psk|cred|auth|cookie|jwt|otp($|_)|pin($|_)|csrf|xsrf"
    r"|sess|priv|assertion|verifier|kubeconfig|plaintext|community_string|symfony|activationcode"
    r"|verificationcode|seed",
    re.IGNORECASE,
)

NOT_PLAINLY = {
    "says which, not what: a name, id, address, path or kind of a key or secret": """
        keyname keyindex kms_key_arn key_id kms_key_id secret_id keyvault_uri key_vault_uri key_vault
        key_url keytab_uri private_key_path ssl_keyfile keyfile encryption_key_output_path
        server_certificate_secret_key_file_path key_version key_attributes tls_psk_identity
        private_key_status azure_key_vault_kms subscription_key_parameter_names s3_key
        api_user_fingerprint client_secret_certificate_thumbprint
        accessKeyId AccessKeyId KmsKeyArn KmsKeyId kmsKeyId SSEKMSKeyId KMSKeyId KeyId KMSKeyArn
        KMSMasterKeyID SecretId secretsManagerKey MediaUriSecretArn clientCredentialsArn keyPrefix
        ObjectKey AppInstanceUserId AppInstanceUserArn regkey_pool""",
    "says how long, how many, when or by which rule": """
        password_expire user_password_policy system_password_policy password_memory passcode_history
        system_password_policy_guest_admin number_of_keys min_passcode_length password_profile
        min_passcode_complex_characters max_passcode_failed_attempts min_password_length
        minimum_password_length secret_valid_from secret_expiry token_refresh_extension_hours
        ike1keylifesec ike2keylifekbs ike2keylifesec access_token_claims id_token_claims
        saml2_token_claims notify_keyspace_events maxTokensToSample""",
    "a yes or no, a hint, or a list of what to do": """
        force_bind_password regenerate_key pass_through PassThrough filter_keys update_tokens
        passwordhint driver_sensitive_options""",
    "a public key, or keys that are as often public: a private one shows by its PEM": """
        public_key ssh_key sshkey sshkeys remote_ssh_key ec2_ssh_key root_ssh_key clouduser_ssh_key
        firewall_ssh_local_key firewall_ssh_host_key trusted_keys hostkey HostKey HostKeyBody PublicKey
        ApplicationServerPublicKey""",
    "a key as in key and value, of an object, a row or a ring": """
        key keys key1 key2 key3 new_key old_key existing_key remote_key global_key primary_key
        primary_keys secondary_key fallback_keys addon_keys project_key key_chain cert_key_chain
        router_key_chain client_keyring keyword videofilter_keyword videofilter_youtube_key
        vpn_ipsec_manualkey_interface Key Keys KeyValues itemKey tagKey tagKeys TagKeys TagKeyList
        PartitionKey keywordRegex""",
    "marks a place in a list or makes a call repeatable": """
        next_token NextToken nextToken ClientRequestToken ClientToken clientToken idempotencyToken""",
    "holds fields or text of its own, which are looked at one by one": """
        authentication cyberark_session AuthParameters authorizationConfig sessionAttributes
        sessionState sessionSpans Session GameSessionData SessionDerivationData ClientSessionId
        SessionId session _session cookieSynchronizationConfiguration""",
    "where to ask for one": """
        authorizationUrl OAuthAuthorizationUrl OAuthTokenEndpointUrl AuthorizedUrl
        OAuthAuthorizationEndpointUrl PrivateLinkVpceId PrivateIpAddress""",
    "proves or derives something once, inside a payment terminal's protocol": """
        WrappedKeyCryptogram ProprietaryAuthenticationData RandomKeySend RandomKeyReceive
        AuthRequestCryptogram AuthResponseValue authorizationSignature PinOffset PinValidationData""",
    "another word that only contains those letters": """
        author authorName assessmentName assessmentDescription assessmentReportsDestination
        defaultAssessmentReportsDestination PostalAuthority""",
}

_EXCEPT = frozenset(" ".join(NOT_PLAINLY.values()).split())


def plainly_secret(name: str) -> bool:
    """Return the judgment on *name*."""
    spelled = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)
    return bool(WORDS_OF_SECRETS.search(spelled)) and name not in _EXCEPT
