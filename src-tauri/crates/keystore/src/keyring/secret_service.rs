//! The Secret Service of Linux desktops (GNOME Keyring, KWallet, KeePassXC) over the session bus, and never the kernel's
//! keyring, which forgets at the next start.
//!
//! Entries go into the default collection and are found by their attributes in whichever they are. The key crosses the bus as
//! it is (`plain`): only programs of the same user reach that bus, and those may ask the keyring itself; and without the
//! board's folder the key opens nothing. Whatever needs the person (a locked keyring) is asked by the desktop, not by us.

use super::{ANSWER_PATIENCE, LABEL, PROMPT_PATIENCE, Prompting};
use crate::error::KeyringTrouble;
use futures_util::StreamExt as _;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::collections::HashMap;
use tokio::time::timeout;
use zbus::{
    Connection, DynamicType, MatchRule, MessageStream, ObjectPath, OwnedObjectPath, OwnedVariant, Type, Variant,
    connection, fdo,
};
use zeroize::Zeroizing;

const SECRETS: &str = "org.freedesktop.secrets";
const SERVICE_PATH: &str = "/org/freedesktop/secrets";
const SERVICE: &str = "org.freedesktop.Secret.Service";
const COLLECTION: &str = "org.freedesktop.Secret.Collection";
const ITEM: &str = "org.freedesktop.Secret.Item";
const PROMPT: &str = "org.freedesktop.Secret.Prompt";
const PROPERTIES: &str = "org.freedesktop.DBus.Properties";
/// How the interface says "none".
const NO_PATH: &str = "/";

/// A secret as it crosses: session, parameters, value, kind.
type Secret = (OwnedObjectPath, Vec<u8>, Vec<u8>, String);

pub async fn get(entry: &str, prompting: Prompting) -> Result<Option<Zeroizing<Vec<u8>>>, KeyringTrouble> {
    let service = Service::open().await?;
    let mut found = service.search(entry).await?;
    if found.is_none()
        && let Some(collection) = service.default_collection().await?
        && service.is_locked(&collection).await?
    {
        // Not every keyring lists what lies in a locked collection.
        service.unlock(&collection, prompting).await?;
        found = service.search(entry).await?;
    }
    let Some((item, is_locked)) = found else {
        return Ok(None);
    };
    if is_locked {
        service.unlock(&item, prompting).await?;
    }
    let (secret,): (Secret,) = service.call(&item, ITEM, "GetSecret", &(&service.session,)).await?;
    Ok(Some(Zeroizing::new(secret.2)))
}

pub async fn put(entry: &str, text: &str, prompting: Prompting) -> Result<(), KeyringTrouble> {
    let service = Service::open().await?;
    let collection = service.default_collection().await?;
    let collection = collection.ok_or_else(|| KeyringTrouble::Gone("it has no default collection".into()))?;
    if service.is_locked(&collection).await? {
        service.unlock(&collection, prompting).await?;
    }
    let attributes: HashMap<&str, &str> = attributes(entry).into();
    let properties: HashMap<&str, Variant<'_>> = HashMap::from([
        (
            "org.freedesktop.Secret.Item.Label",
            Variant::from(format!("{LABEL}: {entry}")),
        ),
        ("org.freedesktop.Secret.Item.Attributes", Variant::from(attributes)),
    ]);
    let secret = (&service.session, [0_u8; 0].as_slice(), text.as_bytes(), "text/plain");
    let body = (properties, secret, false);
    let (item, prompt): (OwnedObjectPath, OwnedObjectPath) =
        service.call(&collection, COLLECTION, "CreateItem", &body).await?;
    if item.as_str() == NO_PATH {
        service.prompt(&prompt, prompting).await?;
    }
    Ok(())
}

fn attributes(entry: &str) -> [(&str, &str); 2] {
    [("application", "sidedesk"), ("entry", entry)]
}

/// A conversation with the Secret Service. It ends when this is dropped.
struct Service {
    bus: Connection,
    session: OwnedObjectPath,
}

impl Service {
    async fn open() -> Result<Self, KeyringTrouble> {
        let connecting = connection::Builder::session().method_timeout(ANSWER_PATIENCE).build();
        let bus = match timeout(ANSWER_PATIENCE, connecting).await {
            Err(_) => return Err(KeyringTrouble::Silent),
            Ok(Err(_)) => return Err(KeyringTrouble::Gone("this session has no message bus".into())),
            Ok(Ok(bus)) => bus,
        };
        let no_session = OwnedObjectPath::from(ObjectPath::from_static_str_unchecked(NO_PATH));
        let mut service = Self {
            bus,
            session: no_session,
        };
        let service_path = ObjectPath::from_static_str_unchecked(SERVICE_PATH);
        let body = ("plain", Variant::from(""));
        let (_, session): (OwnedVariant, OwnedObjectPath) =
            service.call(&service_path, SERVICE, "OpenSession", &body).await?;
        service.session = session;
        Ok(service)
    }

    async fn call<B, R>(
        &self,
        path: &ObjectPath<'_>,
        interface: &str,
        method: &str,
        body: &B,
    ) -> Result<R, KeyringTrouble>
    where
        B: Serialize + DynamicType,
        R: DeserializeOwned + Type,
    {
        let called = self.bus.call_method(Some(SECRETS), path, Some(interface), method, body);
        let reply = called.await.map_err(trouble)?;
        reply.body().deserialize().map_err(trouble)
    }

    /// The first entry of this name, and whether it is locked.
    async fn search(&self, entry: &str) -> Result<Option<(OwnedObjectPath, bool)>, KeyringTrouble> {
        let attributes: HashMap<&str, &str> = attributes(entry).into();
        let service = ObjectPath::from_static_str_unchecked(SERVICE_PATH);
        let (open, locked): (Vec<OwnedObjectPath>, Vec<OwnedObjectPath>) =
            self.call(&service, SERVICE, "SearchItems", &(attributes,)).await?;
        let open = open.into_iter().next().map(|item| (item, false));
        Ok(open.or_else(|| locked.into_iter().next().map(|item| (item, true))))
    }

    async fn default_collection(&self) -> Result<Option<OwnedObjectPath>, KeyringTrouble> {
        let service = ObjectPath::from_static_str_unchecked(SERVICE_PATH);
        let (path,): (OwnedObjectPath,) = self.call(&service, SERVICE, "ReadAlias", &("default",)).await?;
        Ok(Some(path).filter(|path| path.as_str() != NO_PATH))
    }

    async fn is_locked(&self, collection: &OwnedObjectPath) -> Result<bool, KeyringTrouble> {
        let (locked,): (OwnedVariant,) = self
            .call(collection, PROPERTIES, "Get", &(COLLECTION, "Locked"))
            .await?;
        bool::try_from(locked).map_err(trouble)
    }

    async fn unlock(&self, what: &OwnedObjectPath, prompting: Prompting) -> Result<(), KeyringTrouble> {
        if prompting == Prompting::Never {
            return Err(KeyringTrouble::Locked);
        }
        let service = ObjectPath::from_static_str_unchecked(SERVICE_PATH);
        let (_, prompt): (Vec<OwnedObjectPath>, OwnedObjectPath) =
            self.call(&service, SERVICE, "Unlock", &([what].as_slice(),)).await?;
        self.prompt(&prompt, prompting).await
    }

    /// Lets the desktop ask the person, where it wants to.
    async fn prompt(&self, prompt: &OwnedObjectPath, prompting: Prompting) -> Result<(), KeyringTrouble> {
        if prompt.as_str() == NO_PATH {
            return Ok(());
        }
        if prompting == Prompting::Never {
            return Err(KeyringTrouble::Locked);
        }
        let rule = MatchRule::builder()
            .msg_type(zbus::message::Type::Signal)
            .interface(PROMPT)
            .member("Completed")
            .path(prompt.as_str().to_owned())
            .build()
            .map_err(trouble)?;
        let mut answers = MessageStream::for_match_rule(rule, &self.bus, None)
            .await
            .map_err(trouble)?;
        self.call::<_, ()>(prompt, PROMPT, "Prompt", &("",)).await?;
        // Nobody answered, or the keyring went away meanwhile.
        let Ok(Some(Ok(answer))) = timeout(PROMPT_PATIENCE, answers.next()).await else {
            return Err(KeyringTrouble::Locked);
        };
        let (was_dismissed, _): (bool, OwnedVariant) = answer.body().deserialize().map_err(trouble)?;
        if was_dismissed {
            Err(KeyringTrouble::Locked)
        } else {
            Ok(())
        }
    }
}

/// What an error of the bus says about the keyring.
fn trouble(error: impl Into<zbus::Error>) -> KeyringTrouble {
    let nobody = "no program keeps a keyring for this session";
    match error.into() {
        zbus::Error::InputOutput(error) if error.kind() == std::io::ErrorKind::TimedOut => KeyringTrouble::Silent,
        zbus::Error::InputOutput(_) => KeyringTrouble::Gone("the session's message bus is gone".into()),
        zbus::Error::FDO(error) => match *error {
            fdo::Error::ServiceUnknown(_) | fdo::Error::NameHasNoOwner(_) => KeyringTrouble::Gone(nobody.into()),
            fdo::Error::NoReply(_) | fdo::Error::TimedOut(_) | fdo::Error::Timeout(_) => KeyringTrouble::Silent,
            error => KeyringTrouble::Failed(error.to_string()),
        },
        zbus::Error::MethodError(name, _, _) if name.as_str().starts_with("org.freedesktop.DBus.Error.Spawn") => {
            KeyringTrouble::Gone(nobody.into())
        }
        zbus::Error::MethodError(name, _, _) if name.as_str().ends_with("IsLocked") => KeyringTrouble::Locked,
        error => KeyringTrouble::Failed(error.to_string()),
    }
}
